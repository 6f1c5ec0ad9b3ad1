import { learnBaseline } from '../../lib/baseline/learn';
import { HourlyUse } from '../../lib/baseline/use';
import { LIMITS } from '../../lib/config/values/signals';
import { DAY, HOUR } from '../../lib/watch/period';
import { Watch } from '../../lib/watch/watch';
import { START as NOON, request } from './records';

const START = NOON - 12 * HOUR;
/** Ten requests at noon of each day. */
const daily = (days: number, times: number) =>
  Array.from({ length: days * times }, (_, index) => request(Math.floor(index / times) * DAY + index));
const learned = () => {
  const use = new HourlyUse();
  for (const record of daily(14, 10)) use.add(record, Date.parse(String(record.time)));
  return learnBaseline(use, { from: START / HOUR, days: 14 }).rules;
};
const told = (records: readonly object[], usual: ReturnType<typeof learned> | undefined) => {
  const watch = new Watch(
    (id) => LIMITS[id],
    undefined,
    () => usual,
  );
  return records
    .flatMap((record) => watch.see(record as never))
    .filter(({ signal }) => /unusual|drift|actions/.test(signal));
};

test('without a baseline nothing is unusual', () => {
  expect(told(daily(20, 400), undefined)).toEqual([]);
});

test('days like the learned ones raise nothing', () => {
  expect(told(daily(20, 10), learned())).toEqual([]);
});

test('an hour with far more requests is told at once, in words', () => {
  const [first] = told(daily(1, 100), learned());
  expect(first).toMatchObject({ signal: 'unusual-hour', key: '*', count: 1 });
  expect(first?.saw).toMatch(
    /^all rules together: \d+ requests in this hour \(UTC\), at most \d+ are usual$/,
  );
});

test('more actions in an hour than the baseline has raise their signal, though no rule has many, once', () => {
  const spread = Array.from({ length: 40 }, (_, index) =>
    request(index, { rule: `rule-${index}`, risk: 'medium' }),
  );
  const [first, ...rest] = told(spread, learned());
  expect(first).toMatchObject({ signal: 'actions', key: '*actions' });
  expect(first?.saw).toBe('all actions together: 4 requests in this hour (UTC), at most 3 are usual');
  expect(rest.filter(({ signal }) => signal === 'actions')).toEqual([]);
});

test('what grows too slowly for an hour is told after some days', () => {
  const signals = told(daily(8, 17), learned()).map(({ signal }) => signal);
  expect(new Set(signals)).toEqual(new Set(['drifting-use']));
});
