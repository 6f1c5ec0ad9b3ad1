import { InvalidArgumentError, Option } from 'commander';
import { LIMITS, type LimitId, type Mode, SIGNALS, type SignalId } from '../../config/values/signals';
import { type ReplayResult, replay } from '../../operations/watch/replay';
import { CATALOGUE } from '../../watch/catalogue';
import { modeOf } from '../../watch/modes';
import { command, group } from '../command';
import { type Context, EXIT } from '../context';
import { sinceOption } from '../duration';
import {
  type CommonOptions,
  configOption,
  type OutputOptions,
  STACK_OPTIONS,
  type StackOptions,
} from '../options';
import { withProgress } from '../progress';
import { orError, respond, type Views } from '../respond';
import { type Cell, count, table } from '../table';
import { withAgentOfStack, withAgents } from '../with-airlock';

interface Listed {
  readonly agent: string;
  readonly signals: readonly {
    readonly signal: SignalId;
    readonly mode: Mode;
    readonly limit?: number;
    readonly title: string;
  }[];
}

interface ReplayOptions extends StackOptions, OutputOptions {
  readonly since: number;
  readonly signal?: SignalId;
}

const listing: Views<readonly Listed[]> = {
  json: (agents) => ({ agents }),
  lines: (agents, context) =>
    alike(agents).flatMap(({ names, signals }) => [
      context.colours.bold(names.join(', ')),
      ...table(
        [
          ['mode', 'signal', 'limit', 'the agent ...'],
          ...signals.map(({ signal, mode, limit, title }): Cell[] => [
            painted(mode, context),
            signal,
            limit === undefined ? '-' : String(limit),
            title,
          ]),
        ],
        '  ',
        context.columns,
      ),
    ]),
  exitCode: () => EXIT.ok,
};

/** Agents whose signals are the same, together. */
function alike(agents: readonly Listed[]) {
  const groups = new Map<string, { readonly names: string[]; readonly signals: Listed['signals'] }>();
  for (const { agent, signals } of agents) {
    const key = JSON.stringify(signals);
    groups.set(key, { names: [...(groups.get(key)?.names ?? []), agent], signals });
  }
  return [...groups.values()];
}

const replaying = orError<ReplayResult>({
  lines: (result, context) => {
    const { colours, columns } = context;
    const { agent, since, records, isAll, hasBaseline, signals } = result;
    const needsBaseline = signals.some(
      ({ signal }) => signal === 'unusual-hour' || signal === 'drifting-use',
    );
    return [
      `${count(records, 'record')} of ${agent} since ${since}`,
      ...table(
        signals.flatMap(({ signal, mode, raised, messages, examples }): Cell[][] => [
          [
            painted(mode, context),
            signal,
            raised === 0 ? 'never' : `${count(raised, 'time')}, ${count(messages, 'message')}`,
          ],
          ...examples.map(({ time, saw }): Cell[] => ['', time, saw]),
        ]),
        '  ',
        columns,
      ),
      ...(hasBaseline || !needsBaseline
        ? []
        : [colours.yellow('no baseline was compared: unusual-hour and drifting-use need a ratified one')]),
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
  const isOther = SIGNALS.some((id) => id === text);
  const why = isOther ? `${text} comes from what AWS reports, so it has no past here. ` : '';
  throw new InvalidArgumentError(`${why}Records raise these: ${known.join(', ')}.`);
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

const list = command('list [agent]', {
  summary: 'each signal with its mode and its limit',
  description:
    'Lists the signals of each agent by the configuration. off: nothing; shadow: logged only; notify: people are told; contain: they are told, and the agent is cut off. docs/WATCH.md explains them, docs/RUNBOOKS.md what to do.',
  options: [configOption()],
  examples: ['airlock watch', 'airlock watch list scout --json'],
  exitCodes: '0 listed, 1 the configuration is unsound or has no such agent.',
  isDefault: true,
  run: (context, name: string | undefined, options: CommonOptions) =>
    withAgents(context, options, name, (_, agents) =>
      respond(
        context,
        agents.map((agent): Listed => ({ agent: agent.name, signals: listedOf(agent.watch) })),
        listing,
      ),
    ),
});

const replayed = command('replay <agent>', {
  summary: "what each signal would have done on the agent's own past",
  description:
    'Reads the records of the audit log and raises signals from them by the code that raises them on the proxy box, with the limits and the baseline of the configuration, whatever the mode. With --stack, those of the kit, and no baseline. Signals from what AWS reports have no past here.',
  options: [
    ...STACK_OPTIONS,
    sinceOption('30d'),
    new Option('--signal <id>', 'only this one').argParser(signalOf),
  ],
  notes: `Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md). A host counts as new when no record since then
names it, and the first day only learns.`,
  examples: [
    'airlock watch replay scout --since 30d',
    'airlock watch replay scout --signal model-calls --json',
  ],
  exitCodes: '0 every record was read, 1 CloudWatch has more than this reads, or AWS gave no answer.',
  run: (context, agent: string, options: ReplayOptions) =>
    withAgentOfStack(context, options, agent, async ({ stack, aws, airlock }) => {
      const found = airlock?.agents.find(({ name }) => name === agent);
      const now = context.terminal.now();
      const input = {
        aws,
        stack,
        agent,
        since: new Date(now.getTime() - options.since),
        now,
        only: options.signal,
        modes: found?.watch.signals ?? {},
        limits: found?.watch.limits ?? {},
        baseline: found?.baseline,
      };
      return respond(
        context,
        await withProgress(context, `reading the records of ${agent}`, () => replay(input)),
        replaying,
      );
    }),
});

export const registerWatch = group(
  'watch',
  { summary: 'what becomes of signals, and what each would have done' },
  [list, replayed],
);
