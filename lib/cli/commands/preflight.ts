import { checkAccount } from '../../operations/account/account';
import { awsAccount } from '../../operations/account/aws-account';
import { type Line, type PreflightResult, preflight } from '../../operations/preflight';
import { awsLive } from '../../operations/preflight/aws-live';
import { accountViews } from '../account-views';
import { checkLines } from '../check-lines';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { configOption, profileOption, regionOption, type TemplateOptions, templateOption } from '../options';
import { fail, orError, respond } from '../respond';
import { count } from '../table';
import { templateOf } from '../template';
import { withAgent, withAirlock, withAwsOfStack } from '../with-airlock';

interface Options extends TemplateOptions {
  readonly live?: boolean;
  readonly region?: string;
}

const views = orError<PreflightResult>({
  json: ({ agent, reason, lines }) => ({ agent, ready: reason === 'ready', checks: lines }),
  lines: (result, context) => {
    const { colours } = context;
    const of = (verdict: Line['result']) => result.lines.filter((each) => each.result === verdict).length;
    const failed = of('fail');
    const verdict =
      failed > 0
        ? colours.red(
            `${result.agent} is not ready to be left alone: ${failed} of ${result.lines.length} failed`,
          )
        : colours.green(
            `${result.agent}: nothing failed; ${count(of('gap'), 'gap')} to know of, ${of('not applicable')} of ${result.lines.length} not applicable`,
          );
    return [...checkLines(result.lines, context), verdict];
  },
  exitCode: ({ reason }) => (reason === 'ready' ? EXIT.ok : EXIT.problem),
});

export const registerPreflight = command('preflight [agent]', {
  summary: 'may this agent be left running overnight?',
  description:
    'Runs the checks to make before an agent is left alone: its scope, secrets in logs, what would be lost, its control plane, its spend limit, its kill switch. Reads the configuration and the synthesised template, and with --live the deployed stack. A gap is something that nothing does for the agent; it says what to do instead, and fails nothing. With --live and without an agent it checks the account before the first deployment: quotas, Transit Gateway, IPAM pool, existing VPC and permissions boundary.',
  options: [
    configOption(),
    templateOption(),
    ['--live', 'read the deployed stack, too: needs AWS credentials (docs/PERMISSIONS.md)'],
    regionOption(),
    profileOption(),
  ],
  examples: [
    'airlock preflight scout',
    'airlock preflight --live                       # may the stack be deployed into this account?',
    `airlock preflight scout --live --json | jq '.checks[] | select(.result == "fail")'`,
  ],
  exitCodes: '0 nothing failed, 1 something did, or there is no template, or with --live no answer.',
  run: (context, name: string | undefined, options: Options) =>
    name === undefined ? lookAtAccount(context, options) : lookAtAgent(context, options, name),
});

function lookAtAgent(context: Context, options: Options, name: string) {
  return withAgent(context, options, name, async (airlock, agent) => {
    const template = await templateOf(context, options);
    if (template === undefined) return;
    const aws = options.live ? await withAwsOfStack(context, options, airlock) : undefined;
    if (options.live && aws === undefined) return;
    const live = aws && awsLive(aws, airlock.name, agent.name);
    const now = context.terminal.now();
    respond(context, await preflight({ airlock, agent, template, live, now }), views);
  });
}

function lookAtAccount(context: Context, options: Options) {
  if (!options.live) {
    fail(context, 'name an agent, or pass --live to check the account');
    return;
  }
  return withAirlock(context, options, async (airlock) => {
    const template = await templateOf(context, options);
    if (template === undefined) return;
    const aws = await withAwsOfStack(context, options, airlock);
    if (aws === undefined) return;
    const live = awsAccount(aws, airlock.name);
    respond(context, await checkAccount({ airlock, template, live }), accountViews);
  });
}
