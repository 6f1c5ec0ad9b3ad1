import { type Deviation, Drift, unusualHour } from '../../lib/baseline/deviation';
import { learnBaseline, wholeDays } from '../../lib/baseline/learn';
import { HourlyUse } from '../../lib/baseline/use';
import { LIMITS } from '../../lib/config/values/signals';
import { HOUR } from '../../lib/watch/period';
import { ATTACKS, type Attack, HONEST, recordsOf, type SimulatedAgent } from './agents';
import { Random } from './random';

const START = Date.UTC(2026, 8, 7);
const [LEARNED, WEEK, RUNS] = [28, 7, 20];
type Rules = ReturnType<typeof learned>;

interface Found extends Deviation {
  readonly kind: 'hour' | 'drift';
  /** Hours since the week began. */
  readonly at: number;
}

/** What a week's records raise against a baseline: each rule at most once an hour. */
function watchWeek(usual: Rules, agent: SimulatedAgent, random: Random, attack?: Attack): Found[] {
  const start = START + LEARNED * 24 * HOUR;
  const use = new HourlyUse();
  const drift = new Drift(usual);
  const found: Found[] = [];
  const told = new Set<string>();
  for (const record of recordsOf(agent, random, start, WEEK, attack)) {
    const at = Date.parse(record.time);
    const hour = Math.floor(at / HOUR);
    for (const rule of use.add(record, at)) {
      const deviation = unusualHour(use, usual, rule, hour, LIMITS['unusual-hour']);
      if (!deviation || told.has(`${rule} ${hour}`)) continue;
      told.add(`${rule} ${hour}`);
      found.push({ ...deviation, kind: 'hour', at: hour - start / HOUR });
    }
  }
  for (let day = 0; day < WEEK; day += 1)
    for (const deviation of drift.day(use, start / HOUR + day * 24, LIMITS['drifting-use']))
      found.push({ ...deviation, kind: 'drift', at: day * 24 + 24 });
  return found.sort((a, b) => a.at - b.at);
}

function learned(agent: SimulatedAgent, random: Random, attack?: Attack) {
  const use = new HourlyUse();
  for (const record of recordsOf(agent, random, START, LEARNED, attack))
    use.add(record, Date.parse(record.time));
  return learnBaseline(use, wholeDays(use, START + LEARNED * 24 * HOUR)).rules;
}

const baselines = HONEST.map((agent, index) =>
  Array.from({ length: RUNS }, (_, run) => learned(agent, new Random(1_000 * index + run))),
);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

console.log('\nhonest weeks                 false alarms a week   weeks with none');
for (const [index, agent] of HONEST.entries()) {
  const weeks = (baselines[index] as Rules[]).map((usual, run) =>
    watchWeek(usual, agent, new Random(7_000 + 100 * index + run)),
  );
  console.log(
    `  ${agent.name.padEnd(26)} ${mean(weeks.map(({ length }) => length))
      .toFixed(2)
      .padStart(12)} ${`${weeks.filter(({ length }) => length === 0).length}/${RUNS}`.padStart(20)}`,
  );
}
console.log('\nattacks                                found in weeks   hours until found (median)');
for (const attack of ATTACKS) {
  const rows: string[] = [];
  let [found, of] = [0, 0];
  const waits: number[] = [];
  const begins = Array.from({ length: 168 }, (_, hour) => hour).find((hour) => attack.add(hour)) as number;
  for (const [index, agent] of HONEST.entries()) {
    for (const [run, usual] of (baselines[index] as Rules[]).entries()) {
      const seed = 7_000 + 100 * index + run;
      const honest = new Set(
        watchWeek(usual, agent, new Random(seed)).map(({ kind, rule, at }) => `${kind} ${rule} ${at}`),
      );
      const first = watchWeek(usual, agent, new Random(seed), attack).find(
        ({ kind, rule, at }) => at >= begins && !honest.has(`${kind} ${rule} ${at}`),
      );
      of += 1;
      if (first) {
        found += 1;
        waits.push(first.at - begins);
      } else rows.push(agent.name);
    }
  }
  const missed = [...new Set(rows)].map((name) => `${name} ${rows.filter((row) => row === name).length}`);
  console.log(
    `  ${attack.name.padEnd(38)} ${`${found}/${of}`.padStart(10)} ${String(waits.sort((a, b) => a - b)[waits.length >> 1] ?? '-').padStart(12)}   ${missed.length ? `missed: ${missed.join(', ')}` : ''}`,
  );
}
