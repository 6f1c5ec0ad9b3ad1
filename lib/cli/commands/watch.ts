import { type Command, InvalidArgumentError } from 'commander';
import type { Airlock } from '../../config/model';
import { LIMITS, type LimitId, type Mode, SIGNALS, type SignalId } from '../../config/values/signals';
import { type ReplayResult, replay } from '../../operations/watch/replay';
import { CATALOGUE } from '../../watch/catalogue';
import { modeOf } from '../../watch/modes';
import { awsIn } from '../aws-in';
import { addStackOptions, type ContainmentOptions } from '../containment';
import { type Context, EXIT } from '../context';
import { sinceOption } from '../duration';
import { type CommonOptions, configOption, type OutputOptions } from '../options';
import { withProgress } from '../progress';
import { fail, orError, respond, type Views } from '../respond';
import { type Cell, count, table } from '../table';
import { noAgent, withAgent, withAirlock, withStack } from '../with-airlock';

interface Listed {
  readonly agent: string;
  readonly signals: readonly {
    readonly signal: SignalId;
    readonly mode: Mode;
    readonly limit?: number;
    readonly title: string;
  }[];
}

interface ReplayOptions extends ContainmentOptions, OutputOptions {
  readonly since: number;
  readonly signal?: SignalId;
}

const listing: Views<readonly Listed[]> = {
  json: (agents) => ({ agents }),
  lines: (agents, context) =>
    agents.flatMap(({ agent, signals }) => [
      context.colours.bold(agent),
      ...table(
        signals.map(({ signal, mode, limit, title }): Cell[] => [
          painted(mode, context),
          signal,
          limit === undefined ? '' : String(limit),
          title,
        ]),
        '  ',
        context.columns,
      ),
    ]),
  exitCode: () => EXIT.ok,
};

const replaying = orError<ReplayResult>({
  lines: (result, context) => {
    const { colours, columns } = context;
    const { agent, since, records, isAll, signals } = result;
    return [
      `${count(records, 'record')} of ${agent} since ${since}`,
      ...table(
        signals.flatMap(({ signal, mode, raised, messages, examples }): Cell[][] => [
          [
            painted(mode, context),
            signal,
            raised === 0 ? 'never' : `${raised} times, ${count(messages, 'message')}`,
          ],
          ...examples.map(({ time, saw }): Cell[] => ['', time, saw]),
        ]),
        '  ',
        columns,
      ),
      ...(isAll ? [] : [colours.yellow('CloudWatch has more lines than this reads: narrow it with --since')]),
    ];
  },
  exitCode: ({ isAll }) => (isAll ? EXIT.ok : EXIT.problem),
});

function painted(mode: Mode, { colours }: Context): Cell {
  const paint = { off: colours.dim, shadow: colours.dim, notify: colours.yellow, contain: colours.red }[mode];
  return { text: mode, paint };
}

function signalOf(text: string): SignalId {
  const found = SIGNALS.find((id) => id === text && CATALOGUE[id].from !== 'function');
  if (found) return found;
  const known = SIGNALS.filter((id) => CATALOGUE[id].from !== 'function');
  throw new InvalidArgumentError(`Records raise these: ${known.join(', ')}.`);
}

export function registerWatch(program: Command, context: Context): void {
  const watch = program.command('watch').summary('what becomes of signals, and what each would have done');

  watch
    .command('list [agent]', { isDefault: true })
    .summary('each signal with its mode and its limit')
    .description(
      'Lists the signals of each agent by the configuration. off: nothing; shadow: logged only; notify: people are told; contain: they are told, and the agent is cut off. docs/WATCH.md explains them, docs/RUNBOOKS.md what to do.',
    )
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Examples:
  $ airlock watch
  $ airlock watch list scout --json

Exit codes: 0 listed, 1 the configuration is unsound or has no such agent.`,
    )
    .action((name: string | undefined, options: CommonOptions) => {
      const list = ({ agents }: Airlock) =>
        respond(
          context,
          agents.map((agent): Listed => ({ agent: agent.name, signals: listedOf(agent.watch) })),
          listing,
        );
      return name === undefined
        ? withAirlock(context, options, list)
        : withAgent(context, options, name, (airlock, agent) => list({ ...airlock, agents: [agent] }));
    });

  addStackOptions(watch.command('replay <agent>'))
    .summary("what each signal would have done on the agent's own past")
    .description(
      'Reads the records of the audit log and raises signals from them by the code that raises them on the proxy box, with the limits of the configuration, whatever the mode. Signals from what AWS reports have no past here.',
    )
    .addOption(sinceOption('30d'))
    .option('--signal <id>', 'only this one', signalOf)
    .addHelpText(
      'after',
      `
Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md). A host counts as new when no record since then
names it, and the first day only learns.

Examples:
  $ airlock watch replay scout --since 30d
  $ airlock watch replay scout --signal model-calls --json

Exit codes: 0 every record was read, 1 CloudWatch has more than this reads, or AWS gave no answer.`,
    )
    .action((agent: string, options: ReplayOptions) =>
      withStack(context, options, async ({ stack, region, airlock }) => {
        const found = airlock?.agents.find(({ name }) => name === agent);
        if (airlock && !found) return fail(context, noAgent(agent, airlock));
        const now = context.terminal.now();
        const input = {
          aws: awsIn(context, region),
          stack,
          agent,
          since: new Date(now.getTime() - options.since),
          now,
          only: options.signal,
          modes: found?.watch.signals ?? {},
          limits: found?.watch.limits ?? {},
        };
        return respond(
          context,
          await withProgress(context, `reading the records of ${agent}`, () => replay(input)),
          replaying,
        );
      }),
    );
}

function listedOf({
  signals,
  limits,
}: {
  readonly signals: Partial<Record<SignalId, Mode>>;
  readonly limits: object;
}) {
  const limitOf = (id: string) => ({ ...LIMITS, ...limits })[id as LimitId];
  return SIGNALS.map((signal) => ({
    signal,
    mode: modeOf(signals, signal),
    ...(Object.hasOwn(LIMITS, signal) && { limit: limitOf(signal) }),
    title: CATALOGUE[signal].title,
  }));
}
