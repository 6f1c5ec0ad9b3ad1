import type { Command } from 'commander';
import type { Agent, Airlock } from '../../config/model';
import { checkRegion } from '../../config/values/region';
import { type PreflightResult, preflight } from '../../operations/preflight';
import { awsLive } from '../../operations/preflight/aws-live';
import { type Context, EXIT } from '../context';
import { lastTemplate } from '../last-template';
import { type CommonOptions, configOption, fromHere, jsonOption } from '../options';
import { fail, respond, type Views } from '../respond';
import { withAgent } from '../with-airlock';

interface Options extends CommonOptions {
  readonly live?: boolean;
  readonly region?: string;
  readonly template?: string;
}

const views: Views<PreflightResult> = {
  json: (result) =>
    isError(result)
      ? { error: result.message }
      : { agent: result.agent, ready: result.reason === 'ready', checks: result.lines },
  lines: (result, { colours }) => {
    if (isError(result)) return [`${colours.red('error:')} ${result.message}`];
    const marks = {
      pass: colours.green('ok  '),
      fail: colours.red('FAIL'),
      'not applicable': colours.dim('n/a '),
    };
    const lines = result.lines.flatMap((line) => [
      `${marks[line.result]} ${line.id}: ${line.title}`,
      `     ${line.reason}`,
      ...(line.result === 'fail' ? [`     ${colours.bold('do:')} ${line.fix}`] : []),
    ]);
    const failed = result.lines.filter(({ result: each }) => each === 'fail').length;
    const open = result.lines.filter(({ result: each }) => each === 'not applicable').length;
    const verdict =
      failed > 0
        ? colours.red(
            `${result.agent} is not ready to be left alone: ${failed} of ${result.lines.length} failed`,
          )
        : colours.green(`${result.agent}: nothing failed, ${open} of ${result.lines.length} not applicable`);
    return [...lines, verdict];
  },
  exitCode: ({ reason }) => (reason === 'ready' ? EXIT.ok : EXIT.problem),
  failed: isError,
};

type Unjudged = Extract<PreflightResult, { readonly message: string }>;

function isError(result: PreflightResult): result is Unjudged {
  return result.reason === 'no-template' || result.reason === 'no-answer';
}

export function registerPreflight(program: Command, context: Context): void {
  program
    .command('preflight <agent>')
    .summary('may this agent be left running overnight?')
    .description(
      'Goes through the list of what to look at before an agent is left alone: its scope, secrets in logs, what would be lost, its control plane, its spend limit, its kill switch. Looks at the configuration and the synthesised template, and with --live at the deployed stack, which it only reads.',
    )
    .addOption(configOption())
    .option('--template <file>', 'the template, JSON (default: what the last synth left in cdk.out)')
    .option('--live', 'look at the deployed stack, too: needs credentials (docs/PERMISSIONS.md)')
    .option('--region <region>', 'Region of the deployed stack (default: env.region)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ airlock synth && airlock preflight scout
  $ airlock preflight scout --live --json | jq '.checks[] | select(.result == "fail")'

Exit codes: 0 nothing failed, 1 something did, or there is no template, or with --live no answer.`,
    )
    .action((name: string, options: Options) =>
      withAgent(context, options, name, async (airlock, agent) => {
        const template =
          options.template === undefined
            ? lastTemplate(context, options.json)
            : fromHere(context, options.template);
        if (template === undefined) return;
        const asked = options.live ? regionOf(options, airlock) : undefined;
        if (asked && 'problem' in asked) {
          fail(context, options.json, asked.problem);
          return;
        }
        const live = asked && (await liveOf(context, asked.region, airlock, agent));
        const now = context.terminal.now();
        respond(context, options.json, await preflight({ airlock, agent, template, live, now }), views);
      }),
    );
}

function regionOf(options: Options, airlock: Airlock): { region: string } | { problem: string } {
  const region = options.region ?? airlock.env.region;
  if (region === undefined) return { problem: 'the configuration names no region: pass --region' };
  const wrong = checkRegion(region);
  return wrong ? { problem: `--region: "${region}" ${wrong.message}: ${wrong.fix}` } : { region };
}

async function liveOf({ services, terminal }: Context, region: string, airlock: Airlock, agent: Agent) {
  const [ec2, ssm, logs, kms, resolver] = await Promise.all([
    services.ec2(region),
    services.ssm(region),
    services.logs(region),
    services.kms(region),
    services.resolver(region, terminal.env.AWS_ENDPOINT_URL),
  ]);
  return awsLive({ ec2, ssm, logs, kms, resolver }, region, airlock.name, agent.name);
}
