import type { Command } from 'commander';
import { type OutputsResult, outputsOf } from '../../operations/outputs';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configOption } from '../options';
import { respond, type Views } from '../respond';
import { table } from '../table';
import { withAirlock, withRegion } from '../with-airlock';

interface Options extends CommonOptions {
  readonly region?: string;
}

const views: Views<OutputsResult> = {
  json: (result) => (result.reason === 'found' ? result : { error: result.message }),
  lines: (result, { colours, columns }) => {
    if (result.reason !== 'found') return [`${colours.red('error:')} ${result.message}`];
    const rows = Object.entries(result.outputs).flatMap(([agent, outputs]) =>
      Object.entries(outputs).map(([what, value]) => [agent, what, value]),
    );
    return [colours.dim(`${result.stack}: ${result.status}`), ...table(rows, '', columns)];
  },
  exitCode: ({ reason }) => (reason === 'found' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'found',
};

export function registerOutputs(program: Command, context: Context): void {
  program
    .command('outputs [agent]')
    .summary('print the ids of the deployed machines, volumes and logs')
    .description(
      "Prints each agent's outputs of the deployed stack: HostId (the agent host), ProxyId (the proxy box), StateId (the state volume) and AuditLog (the log group with every request).",
    )
    .option('--region <region>', 'the Region of the stack (default: env.region of airlock.yaml)')
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Needs AWS credentials that may describe the stack (docs/PERMISSIONS.md).

Examples:
  $ airlock outputs
  $ airlock outputs scout --json | jq -r .outputs.scout.HostId

Exit codes: 0 printed, 1 the stack isn't deployed, or has nothing of that agent, or AWS gave no answer.`,
    )
    .action((agent: string | undefined, options: Options) =>
      withAirlock(context, options, async (airlock) => {
        const region = withRegion(context, options, airlock);
        if (region === undefined) return;
        const cloudFormation = await context.services.cloudFormation(region);
        respond(context, await outputsOf({ airlock, agent, region, cloudFormation }), views);
      }),
    );
}
