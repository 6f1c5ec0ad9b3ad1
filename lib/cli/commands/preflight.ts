import type { Command } from 'commander';
import type { Agent, Airlock } from '../../config/model';
import { checkRegion } from '../../config/values/region';
import { checkAccount } from '../../operations/account/account';
import { awsAccount } from '../../operations/account/aws-account';
import { type PreflightResult, preflight } from '../../operations/preflight';
import { awsLive } from '../../operations/preflight/aws-live';
import { accountViews } from '../account-views';
import { checkLines } from '../check-lines';
import { type Context, EXIT } from '../context';
import { lastTemplate } from '../last-template';
import { type CommonOptions, configOption, fromHere, jsonOption } from '../options';
import { fail, respond, type Views } from '../respond';
import { withAgent, withAirlock } from '../with-airlock';

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
  lines: (result, context) => {
    const { colours } = context;
    if (isError(result)) return [`${colours.red('error:')} ${result.message}`];
    const failed = result.lines.filter(({ result: each }) => each === 'fail').length;
    const open = result.lines.filter(({ result: each }) => each === 'not applicable').length;
    const verdict =
      failed > 0
        ? colours.red(
            `${result.agent} is not ready to be left alone: ${failed} of ${result.lines.length} failed`,
          )
        : colours.green(`${result.agent}: nothing failed, ${open} of ${result.lines.length} not applicable`);
    return [...checkLines(result.lines, context), verdict];
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
    .command('preflight [agent]')
    .summary('may this agent be left running overnight?')
    .description(
      'Goes through the list of what to look at before an agent is left alone: its scope, secrets in logs, what would be lost, its control plane, its spend limit, its kill switch. Looks at the configuration and the synthesised template, and with --live at the deployed stack, which it only reads. Without an agent, and with --live, looks at the account instead: quotas, Transit Gateway, IPAM pool, existing VPC and permissions boundary, before the first deployment.',
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
  $ airlock preflight --live                       # may the stack be deployed into this account?
  $ airlock preflight scout --live --json | jq '.checks[] | select(.result == "fail")'

Exit codes: 0 nothing failed, 1 something did, or there is no template, or with --live no answer.`,
    )
    .action((name: string | undefined, options: Options) =>
      name === undefined ? lookAtAccount(context, options) : lookAtAgent(context, options, name),
    );
}

function lookAtAgent(context: Context, options: Options, name: string) {
  return withAgent(context, options, name, async (airlock, agent) => {
    const found = askedOf(context, options, airlock);
    if (!found) return;
    const { template, region } = found;
    const live = region === undefined ? undefined : await liveOf(context, region, airlock, agent);
    const now = context.terminal.now();
    respond(context, options.json, await preflight({ airlock, agent, template, live, now }), views);
  });
}

function lookAtAccount(context: Context, options: Options) {
  if (!options.live) {
    fail(context, options.json, 'name an agent, or pass --live to look at the account');
    return;
  }
  return withAirlock(context, options, async (airlock) => {
    const found = askedOf(context, options, airlock);
    if (found?.region === undefined) return;
    const { template, region } = found;
    const { services } = context;
    const clients = {
      ec2: await services.ec2(region),
      iam: await services.iam(region),
      quotas: await services.quotas(region),
    };
    const live = awsAccount(clients, region, airlock.name);
    respond(context, options.json, await checkAccount({ airlock, template, live }), accountViews);
  });
}

/** The template, and with --live the region; what is missing of them is told. */
function askedOf(context: Context, options: Options, airlock: Airlock) {
  const { json } = options;
  const template =
    options.template === undefined ? lastTemplate(context, json) : fromHere(context, options.template);
  if (template === undefined) return undefined;
  if (!options.live) return { template };
  const asked = regionOf(options, airlock);
  if ('problem' in asked) {
    fail(context, json, asked.problem);
    return undefined;
  }
  return { template, region: asked.region };
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
