import type { Agent, Airlock } from '../config/model';
import { didYouMean } from '../config/nearest';
import { checkRegion } from '../config/values/region';
import type { Aws } from '../operations/aws';
import { caller } from '../operations/caller';
import { check } from '../operations/check';
import type { RecordsInput } from '../operations/learn';
import { awsIn } from './aws-in';
import { type Context, EXIT } from './context';
import { type CommonOptions, configOf, type SinceOptions, type StackOptions } from './options';
import { problemData, problemLines } from './problems';
import { withProgress } from './progress';
import { fail, printJson } from './respond';

/**
 * Runs a command on a sound configuration. An unsound one is reported in the words of `check`, on stderr, because the
 * command's own output is missing; as JSON it is `{"reason":"unsound","problems":[…]}`.
 */
export async function withAirlock(
  context: Context,
  options: CommonOptions,
  command: (airlock: Airlock) => void | Promise<void>,
): Promise<void> {
  const checked = check(configOf(context, options), context.terminal.now());
  if (checked.reason === 'sound') return command(checked.airlock);
  context.exitCode = EXIT.problem;
  const { reason, problems } = checked;
  if (context.json) printJson(context, { reason, problems: problems.map(problemData) });
  else context.terminal.stderr(`${problemLines(problems, context).join('\n')}\n`);
}

/** The same for a command about one agent. An unknown name is an error that lists the agents. */
export function withAgent(
  context: Context,
  options: CommonOptions,
  name: string,
  command: (airlock: Airlock, agent: Agent) => void | Promise<void>,
): Promise<void> {
  return withAirlock(context, options, (airlock) => {
    const agent = airlock.agents.find((each) => each.name === name);
    if (agent) return command(airlock, agent);
    fail(context, noAgent(name, airlock));
  });
}

/** The same for a command about all agents, or about the one that is named. */
export function withAgents(
  context: Context,
  options: CommonOptions,
  name: string | undefined,
  command: (airlock: Airlock, agents: readonly Agent[]) => void | Promise<void>,
): Promise<void> {
  return name === undefined
    ? withAirlock(context, options, (airlock) => command(airlock, airlock.agents))
    : withAgent(context, options, name, (airlock, agent) => command(airlock, [agent]));
}

/** What to say of a name that no agent of the configuration has. */
function noAgent(name: string, { agents }: Airlock): string {
  const names = agents.map((each) => each.name);
  return `there is no agent "${name}": the configuration has ${names.join(', ') || 'none yet'}${didYouMean(name, names)}`;
}

/** AWS in the Region of the option, the configuration or the environment. Reports when there is none. */
export function withAws(
  context: Context,
  { region }: { readonly region?: string },
  airlock?: Airlock,
): Aws | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION } = context.terminal.env;
  const asked = region ?? airlock?.env.region ?? AWS_REGION ?? AWS_DEFAULT_REGION;
  const wrong = asked === undefined ? undefined : checkRegion(asked);
  if (asked !== undefined && !wrong) return awsIn(context, asked);
  fail(
    context,
    wrong
      ? `${region === undefined ? 'AWS_REGION' : '--region'} "${asked}" ${wrong.message}: ${wrong.fix}`
      : `no Region is known: pass --region, or ${airlock ? 'write env.region into airlock.yaml' : 'set AWS_REGION'}`,
  );
  return undefined;
}

/** The same for a command about a deployed stack, which must be in the account that the configuration names, if it does. */
export async function withAwsOfStack(
  context: Context,
  options: { readonly region?: string },
  airlock?: Airlock,
): Promise<Aws | undefined> {
  const aws = withAws(context, options, airlock);
  const wanted = airlock?.env.account;
  if (aws === undefined || wanted === undefined) return aws;
  const { account = wanted } = await caller(await context.services.sts(aws.region));
  if (account === wanted) return aws;
  fail(
    context,
    `you are signed in to the account ${account}, and env.account in airlock.yaml is ${wanted}: sign in to ${wanted} (--profile, or AWS_PROFILE), or correct env.account`,
  );
  return undefined;
}

/** The deployed stack that a command is about. */
export interface StackNamed {
  readonly stack: string;
  readonly aws: Aws;
  /** Absent with `--stack`. */
  readonly airlock?: Airlock;
}

/** Runs a command on a deployed stack. With `--stack` it needs no configuration, so that a broken one stops nobody. */
export function withStack(
  context: Context,
  options: StackOptions,
  command: (named: StackNamed) => Promise<void>,
): Promise<void> | void {
  const start = async (stack: string, aws: Aws | undefined, airlock?: Airlock) =>
    aws && command({ stack, aws, airlock });
  if (options.stack !== undefined) return start(options.stack, withAws(context, options));
  return withAirlock(context, options, async (airlock) =>
    start(airlock.name, await withAwsOfStack(context, options, airlock), airlock),
  );
}

/** The same for one agent, which the configuration must have, if it is read. */
export function withAgentOfStack(
  context: Context,
  options: StackOptions,
  agent: string,
  command: (named: StackNamed) => Promise<void>,
): Promise<void> | void {
  return withStack(context, options, async (named) => {
    if (named.airlock?.agents.every(({ name }) => name !== agent))
      return fail(context, noAgent(agent, named.airlock));
    return command(named);
  });
}

/** Runs a command on the records of one agent. */
export function withRecords<R>(
  context: Context,
  options: SinceOptions,
  name: string,
  read: (input: RecordsInput) => Promise<R>,
  show: (result: R) => void,
): Promise<void> {
  return withAgent(context, options, name, async (airlock, agent) => {
    const aws = withAws(context, options, airlock);
    if (aws === undefined) return;
    const now = context.terminal.now();
    const since = new Date(now.getTime() - options.since);
    const work = () => read({ airlock, agent, aws, since, now });
    show(await withProgress(context, `reading the records of ${name}`, work));
  });
}
