import type { Command } from 'commander';
import { type OutputsResult, outputsOf } from '../../operations/outputs';
import { awsIn } from '../aws-in';
import type { Context } from '../context';
import { type CommonOptions, configOption, profileOption, regionOption } from '../options';
import { orError, respond } from '../respond';
import { table } from '../table';
import { withAirlock, withRegionOfStack } from '../with-airlock';

interface Options extends CommonOptions {
  readonly region?: string;
}

const views = orError<OutputsResult>({
  lines: (result, { colours, columns }) => {
    const rows = Object.entries(result.outputs).flatMap(([agent, outputs]) =>
      Object.entries(outputs).map(([what, value]) => [agent, what, value]),
    );
    const policies = Object.entries(result.policies).map(([person, arn]) => ['policy of the', person, arn]);
    return [
      colours.dim(`${result.stack}: ${result.status}`),
      ...table(rows, '', columns),
      ...table(policies, '', columns),
    ];
  },
});

export function registerOutputs(program: Command, context: Context): void {
  program
    .command('outputs [agent]')
    .summary('print the ids of the deployed machines, volumes and logs')
    .description(
      "Prints each agent's outputs of the deployed stack: HostId (the agent host), ProxyId (the proxy box), StateId (the state volume) and AuditLog (the log group with every request). Without an agent, also the ARNs of the policies for operator, approver and secrets officer.",
    )
    .addOption(regionOption())
    .addOption(profileOption())
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
        const region = await withRegionOfStack(context, options, airlock);
        if (region === undefined) return;
        respond(context, await outputsOf({ airlock, agent, aws: awsIn(context, region) }), views);
      }),
    );
}
