import { Drift, unusualHour } from '../../lib/baseline/deviation';
import { learnBaseline, wholeDays } from '../../lib/baseline/learn';
import { HourlyUse } from '../../lib/baseline/use';
import { ACTIONS, WHOLE } from '../../lib/config/model';
import { DAY, HOUR } from '../../lib/watch/period';

const START = Date.UTC(2026, 0, 1);
const BAND = 4;

function request(rule: string, at: number, bodyBytes: number | null = null) {
  return { record: 'request', decision: 'allow', time: new Date(at).toISOString(), rule, bodyBytes };
}

/** Ten requests of 10 KiB in each hour from 9 to 17, for some days. */
function usual(days: number, times: (day: number, hour: number) => number = () => 1): HourlyUse {
  const use = new HourlyUse();
  for (let hour = 0; hour < days * 24; hour += 1) {
    const at = START + hour * HOUR;
    const inDay = hour % 24;
    if (inDay < 9 || inDay >= 17) continue;
    for (let each = 0; each < 10 * times(Math.floor(hour / 24), inDay); each += 1)
      use.add(request('model', at, 10_240), at);
  }
  return use;
}
const learned = (use: HourlyUse, days: number) => learnBaseline(use, { from: START / HOUR, days }).rules;
const rules = learned(usual(28), 28);

/** What the hour says after so many requests. */
function after(requests: number, hourOfDay: number, bytes = 0, rule = 'model') {
  const use = new HourlyUse();
  const at = START + 30 * DAY + hourOfDay * HOUR;
  for (let each = 0; each < requests; each += 1) use.add(request(rule, at, bytes), at);
  return unusualHour(use, rules, rule, at / HOUR, BAND);
}

test('an hour like the others is usual, and so is half as much again', () => {
  expect(after(10, 12, 10_240)).toBeUndefined();
  expect(after(15, 12, 10_240)).toBeUndefined();
});

test.each([
  ['many requests', after(100, 12), 'requests'],
  ['few requests with much in them', after(10, 12, 1_024_000), 'uploadKiB'],
  ['at night what is usual by day', after(10, 2, 10_240), 'requests'],
  ['a rule that nobody used', after(4, 12, 0, 'push'), 'requests'],
])('unusual: %s', (_what, deviation, quantity) => {
  expect(deviation?.quantity).toBe(quantity);
});

test('a job may begin an hour early', () => {
  expect(after(10, 8, 10_240)).toBeUndefined();
  expect(after(10, 7, 10_240)).toBeDefined();
});

test('a rule named as a property of every object has no baseline', () => {
  expect(after(4, 12, 0, 'constructor')?.usual).toBe(3);
});

test('refused requests count for nothing; what nobody announced counts for the agent', () => {
  const use = new HourlyUse();
  expect(use.add({ ...request('model', START), decision: 'refuse' }, START)).toEqual([]);
  expect(use.add({ record: 'connection', unannounced: 2048 }, START)).toEqual([WHOLE]);
  expect(use.of(WHOLE, START / HOUR)).toEqual({ requests: 0, uploadKiB: 2 });
});

test('requests of medium risk are actions, and count together; an older baseline says nothing of them', () => {
  const use = new HourlyUse();
  const at = START + 30 * DAY;
  for (let each = 0; each < 4; each += 1)
    use.add({ ...request(`rule-${each}`, at), risk: each === 0 ? 'low' : 'medium' }, at);
  expect(use.of(ACTIONS, at / HOUR).requests).toBe(3);
  use.add({ ...request('rule-4', at), risk: 'medium' }, at);
  expect(unusualHour(use, rules, ACTIONS, at / HOUR, BAND)).toMatchObject({ seen: 4, usual: 3 });
  const { [ACTIONS]: _, ...older } = rules;
  expect(unusualHour(use, older, ACTIONS, at / HOUR, BAND)).toBeUndefined();
});

test('a tenth of poisoned days moves nothing', () => {
  const poisoned = learned(
    usual(30, (day) => (day % 10 === 0 ? 50 : 1)),
    30,
  );
  expect(poisoned.model).toEqual(learned(usual(30), 30).model);
});

test('a baseline needs whole days: the first and the last, broken ones, are left out', () => {
  const use = new HourlyUse();
  use.add(request('model', START + 5 * HOUR), START + 5 * HOUR);
  expect(wholeDays(use, START + 8 * DAY + HOUR)).toEqual({ from: START / HOUR + 24, days: 7 });
});

describe('drift', () => {
  const days = (times: number, number: number) => {
    const drift = new Drift(rules);
    const use = usual(number, () => times);
    return Array.from(
      { length: number },
      (_, day) => drift.day(use, START / HOUR + day * 24, BAND).length > 0,
    );
  };

  test('finds a third more a day within a week, though no hour is unusual', () => {
    expect(after(14, 12, 10_240)).toBeUndefined();
    expect(days(1.4, 7)).toContain(true);
  });

  test('says nothing of days like the others', () => {
    expect(days(1, 60)).not.toContain(true);
  });

  test('begins anew after it was told', () => {
    expect(days(10, 3)).toEqual([true, true, true]);
    expect(days(1.4, 7).filter(Boolean)).toHaveLength(1);
  });
});
