import type { Random } from './random';

const HOUR = 3_600_000;

/** A simulated agent: the mean number of requests of each of its rules in each hour of a day, and the bytes of a request's body. */
export interface SimulatedAgent {
  readonly name: string;
  readonly rules: Readonly<Record<string, { readonly hours: readonly number[]; readonly bytes: number }>>;
  /** Share of a working day's use that a day of the weekend has. */
  readonly weekend: number;
  /** Spread of a day's busyness, as the deviation of its logarithm. */
  readonly busyness: number;
}

const hours = (of: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => of(hour));
const between = (from: number, to: number, many: number, few = 0) =>
  hours((hour) => (hour >= from && hour < to ? many : few));

export const HONEST: readonly SimulatedAgent[] = [
  {
    name: 'office hours',
    weekend: 0.1,
    busyness: 0.3,
    rules: {
      model: { hours: between(8, 18, 60), bytes: 30_000 },
      read: { hours: between(8, 18, 25), bytes: 0 },
      push: { hours: between(9, 18, 2), bytes: 40_000 },
      package: { hours: between(9, 17, 3), bytes: 0 },
    },
  },
  {
    name: 'round the clock',
    weekend: 0.8,
    busyness: 0.2,
    rules: {
      model: { hours: hours(() => 40), bytes: 20_000 },
      read: { hours: hours(() => 60), bytes: 0 },
      comment: { hours: between(7, 21, 4, 1), bytes: 2_000 },
    },
  },
  {
    name: 'nightly job',
    weekend: 1,
    busyness: 0.15,
    rules: {
      model: { hours: between(2, 4, 200), bytes: 60_000 },
      read: { hours: between(2, 4, 400), bytes: 0 },
      push: { hours: between(3, 4, 1), bytes: 200_000 },
    },
  },
  {
    name: 'in bursts',
    weekend: 0.6,
    busyness: 0.9,
    rules: {
      model: { hours: between(6, 22, 12, 2), bytes: 40_000 },
      read: { hours: between(6, 22, 6, 1), bytes: 0 },
      push: { hours: between(8, 20, 0.5), bytes: 30_000 },
    },
  },
  {
    name: 'chat in the evening',
    weekend: 1.6,
    busyness: 0.5,
    rules: {
      model: { hours: between(17, 23, 20, 1), bytes: 15_000 },
      telegram: { hours: hours(() => 120), bytes: 200 },
    },
  },
];

/** What an attack adds to an agent's use in a week: requests and bytes of a rule, by the hour of the week. */
export interface Attack {
  readonly name: string;
  readonly rule: string;
  readonly add: (hour: number) => { readonly requests: number; readonly bytes: number } | undefined;
}

const MIB = 1024 * 1024;
const working = (hour: number) => hour % 24 >= 9 && hour % 24 < 18;
const attack = (
  name: string,
  rule: string,
  isOn: (hour: number) => boolean,
  requests: number,
  bytes: number,
): Attack => ({ name, rule, add: (hour) => (isOn(hour) ? { requests, bytes } : undefined) });
const from = (first: number, end: number) => (hour: number) => hour >= first && hour < end;
const at = (one: number) => from(one, one + 1);
export const ATTACKS: readonly Attack[] = [
  attack('100 MiB out in one hour', 'model', at(60), 100, MIB),
  attack('100 MiB out over a working day', 'model', from(57, 66), 12, MIB),
  attack('20 MiB a day, in working hours', 'model', working, 2, MIB),
  attack('2 MiB a night, in small requests', 'model', (hour) => hour % 24 < 4, 10, 50_000),
  attack('a stuck loop of model calls', 'model', from(70, 80), 1_800, 30_000),
  attack('a loop at night, one call a minute', 'model', from(96, 102), 60, 30_000),
  attack('reading everything, 5,000 requests', 'read', at(40), 5_000, 0),
  attack('reading everything, over three days', 'read', from(48, 120), 70, 0),
  attack('thirty pushes in an hour', 'push', at(90), 30, 20_000),
  attack('a rule that nobody used', 'gist', at(50), 5, 20_000),
];

export interface SimulatedRecord {
  readonly time: string;
  readonly [field: string]: unknown;
}

/** Records with an attack's added, by time. */
export function withAttack(
  records: Iterable<SimulatedRecord>,
  start: number,
  days: number,
  attack?: Attack,
): SimulatedRecord[] {
  const added = Array.from({ length: days * 24 }, (_, hour) => {
    const { requests, bytes } = attack?.add(hour) ?? { requests: 0, bytes: 0 };
    const time = new Date(start + hour * HOUR + 1_800_000).toISOString();
    return Array.from({ length: requests }, () => request(time, attack?.rule ?? '', bytes));
  }).flat();
  return [...records, ...added].sort((a, b) => a.time.localeCompare(b.time));
}

/** The records of an agent's days, oldest first, without what nobody reads. */
export function* recordsOf(
  agent: SimulatedAgent,
  random: Random,
  start: number,
  days: number,
): Generator<SimulatedRecord> {
  for (let day = 0; day < days; day += 1) {
    const weekday = new Date(start + day * 24 * HOUR).getUTCDay();
    const busy = Math.exp(agent.busyness * random.normal()) * (weekday % 6 === 0 ? agent.weekend : 1);
    for (let hour = 0; hour < 24; hour += 1) {
      const time = new Date(start + (day * 24 + hour) * HOUR + 1_800_000).toISOString();
      for (const [rule, { hours: means, bytes }] of Object.entries(agent.rules)) {
        const count = random.poisson((means[hour] as number) * busy * Math.exp(0.3 * random.normal()));
        for (let each = 0; each < count; each += 1)
          yield request(time, rule, bytes * Math.exp(0.8 * random.normal()));
      }
    }
  }
}

const ACTING = ['push', 'comment', 'telegram', 'gist'];

function request(time: string, rule: string, bytes: number): SimulatedRecord {
  const risk = ACTING.includes(rule) ? 'medium' : 'low';
  return { record: 'request', time, rule, risk, decision: 'allow', bodyBytes: Math.round(bytes) };
}
