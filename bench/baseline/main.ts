import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { learnBaseline, wholeDays } from '../../lib/baseline/learn';
import { HourlyUse } from '../../lib/baseline/use';
import { LIMITS } from '../../lib/config/values/signals';
import { messageOf } from '../../lib/message-of';
import { DAY, HOUR } from '../../lib/watch/period';
import { Watch } from '../../lib/watch/watch';
import { ATTACKS, type Attack, HONEST, recordsOf, type SimulatedRecord, withAttack } from './agents';
import { Random } from './random';
import { recordedIn } from './recorded';

const START = Date.UTC(2026, 8, 7);
const [LEARNED, WEEK, RUNS] = [28, 7, 20];

type Usual = ReturnType<typeof learned>;

function learned(past: Iterable<SimulatedRecord>, end: number) {
  const use = new HourlyUse();
  for (const record of past) use.add(record, Date.parse(record.time));
  return learnBaseline(use, wholeDays(use, end)).rules;
}

/** One week of an agent, after the days from which its baseline is learned. */
interface Trial {
  /** Milliseconds since the epoch at which the week begins. */
  readonly start: number;
  readonly usual: Usual;
  readonly week: (attack?: Attack) => Iterable<SimulatedRecord>;
}

interface Agent {
  readonly name: string;
  readonly trials: readonly Trial[];
  readonly attacks: readonly Attack[];
}

const simulated: readonly Agent[] = HONEST.map((agent, index) => ({
  name: agent.name,
  attacks: ATTACKS,
  trials: Array.from({ length: RUNS }, (_, run) => {
    const start = START + LEARNED * DAY;
    return {
      start,
      usual: learned(recordsOf(agent, new Random(1_000 * index + run), START, LEARNED), start),
      week: (attack) =>
        withAttack(recordsOf(agent, new Random(7_000 + 100 * index + run), start, WEEK), start, WEEK, attack),
    };
  }),
}));

/** Each whole week of a recording that has enough days before it. */
function recorded(directory: string): Agent {
  const records = recordedIn(directory);
  const at = ({ time }: SimulatedRecord) => Date.parse(time);
  const first = Math.ceil((records[0] ? at(records[0]) : 0) / DAY) * DAY;
  const last = Math.max(0, ...records.slice(-1).map(at));
  const between = (from: number, to: number) =>
    records.filter((record) => at(record) >= from && at(record) < to);
  const trials: Trial[] = [];
  for (let start = first + LEARNED * DAY; start + WEEK * DAY <= last; start += WEEK * DAY)
    trials.push({
      start,
      usual: learned(between(start - LEARNED * DAY, start), start),
      week: (attack) => withAttack(between(start, start + WEEK * DAY), start, WEEK, attack),
    });
  if (trials.length === 0)
    throw new Error(`${directory}: its commits must span ${LEARNED + WEEK + 1} days or more`);
  // A recording has one rule: every attack goes by it, or by one that nobody used.
  const attacks = ATTACKS.map((attack) => (attack.rule === 'gist' ? attack : { ...attack, rule: 'push' }));
  return { name: basename(directory), trials, attacks };
}

/** The alarms of a week, each by its signal, rule and hour, with the hour since the week began. */
function alarmsIn({ start, usual, week }: Trial, attack?: Attack): Map<string, number> {
  // The daily cap on actions knows no baseline.
  const limit = (id: keyof typeof LIMITS) => (id === 'actions' ? Number.POSITIVE_INFINITY : LIMITS[id]);
  const signals = ['unusual-hour', 'actions', 'drifting-use'] as const;
  const watches = signals.map((id) => new Watch(limit, id, () => usual));
  const alarms = new Map<string, number>();
  const end = { record: 'end', time: new Date(start + WEEK * DAY).toISOString() };
  for (const record of [...week(attack), end])
    for (const watch of watches)
      for (const { signal, key, at, again } of watch.see(record)) {
        const hour = Math.floor((at - start) / HOUR);
        if (!again) alarms.set(`${signal} ${key} ${hour}`, hour);
      }
  return alarms;
}

function report(agents: readonly Agent[]): void {
  console.log('honest weeks                          weeks   alarms a week   weeks with none');
  const quiet = agents.map(({ name, trials }) => {
    const weeks = trials.map((trial) => alarmsIn(trial));
    const alarms = weeks.reduce((sum, { size }) => sum + size, 0) / weeks.length;
    const none = weeks.filter(({ size }) => size === 0).length;
    console.log(
      `  ${name.padEnd(34)} ${String(weeks.length).padStart(6)} ${alarms.toFixed(2).padStart(15)} ${String(none).padStart(17)}`,
    );
    return weeks;
  });
  console.log('\nattacks                                found in weeks   hours until found (median)');
  for (const [number, { name }] of ATTACKS.entries()) {
    const waits: number[] = [];
    const missed = new Map<string, number>();
    for (const [index, agent] of agents.entries()) {
      const attack = agent.attacks[number] as Attack;
      const begins = Array.from({ length: 168 }, (_, hour) => hour).find((hour) =>
        attack.add(hour),
      ) as number;
      for (const [week, trial] of agent.trials.entries()) {
        const honest = quiet[index]?.[week];
        const first = [...alarmsIn(trial, attack)]
          .filter(([key, hour]) => hour >= begins && !honest?.has(key))
          .reduce((least, [, hour]) => Math.min(least, hour), Number.POSITIVE_INFINITY);
        if (Number.isFinite(first)) waits.push(first - begins);
        else missed.set(agent.name, (missed.get(agent.name) ?? 0) + 1);
      }
    }
    const weeks = agents.reduce((sum, { trials }) => sum + trials.length, 0);
    const median = waits.sort((a, b) => a - b)[waits.length >> 1] ?? '-';
    const lacking = [...missed].map(([agent, count]) => `${agent} ${count}`).join(', ');
    console.log(
      `  ${name.padEnd(38)} ${`${waits.length}/${weeks}`.padStart(10)} ${String(median).padStart(12)}   ${lacking && `missed: ${lacking}`}`,
    );
  }
}

const { recorded: directories } = parseArgs({
  options: { recorded: { type: 'string', multiple: true } },
}).values;
try {
  report(directories ? directories.map(recorded) : simulated);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
