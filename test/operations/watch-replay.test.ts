import { awsOf } from '../../lib/operations/aws';
import { replay } from '../../lib/operations/watch/replay';
import type { Fields } from '../../lib/watch/signal';
import { other, request, START, times } from '../watch/records';

const input = (records: readonly Fields[], more: object = {}) => ({
  aws: awsOf(
    {
      logs: () => ({
        send: async () => ({ events: records.map((one) => ({ message: JSON.stringify(one) })) }),
      }),
    },
    'us-east-1',
  ),
  stack: 'airlock',
  agent: 'scout',
  since: new Date(START),
  now: new Date(START + 3_600_000),
  modes: { refusals: 'contain' as const },
  limits: { refusals: 5 },
  ...more,
});
const refused = times(9, (ms) => request(ms, { decision: 'refuse', by: 'rules' }));

test('a replay tells how often each signal would have been raised, in how many messages, and what it saw', async () => {
  const warden = other(1, 'signal', { signal: 'ca-expiring', saw: 'soon' });
  const already = other(2, 'signal', { signal: 'refusals', saw: 'told then' });
  const result = await replay(input([...refused, warden, already]));
  if (result.reason !== 'replayed') throw new Error(result.message);
  const found = (id: string) => result.signals.find(({ signal }) => signal === id);
  expect(result).toMatchObject({ records: 9, isAll: true });
  expect(found('refusals')).toMatchObject({ mode: 'contain', raised: 4, messages: 2 });
  expect(found('refusals')?.examples[0]).toEqual({
    time: new Date(START + 5000).toISOString(),
    saw: '6 refusals in five minutes',
  });
  expect(found('ca-expiring')).toMatchObject({ mode: 'shadow', raised: 1 });
  expect(found('pushes')).toMatchObject({ raised: 0, examples: [] });
  expect(found('secret-read')).toBeUndefined();
});

test('a replay compares with the ratified baseline, and says so where there is none', async () => {
  const usual = { hours: Array(24).fill(0), spread: 0.1, day: 1, daySpread: 1 };
  const baseline = {
    from: '2026-09-01',
    days: 28,
    rules: { 'release-notes-read': { requests: usual, uploadKiB: usual } },
  };
  const records = times(50, (ms) => request(ms));
  const raisedWith = async (more: object) => {
    const result = await replay(input(records, { only: 'unusual-hour', limits: {}, ...more }));
    if (result.reason !== 'replayed') throw new Error(result.message);
    return [result.hasBaseline, (result.signals[0]?.raised ?? 0) > 0];
  };
  expect([await raisedWith({ baseline }), await raisedWith({})]).toEqual([
    [true, true],
    [false, false],
  ]);
});

test('a replay of one signal leaves the others out, and takes the kit’s limit where the agent has none', async () => {
  const result = await replay(input(refused, { only: 'refusals', limits: {} }));
  expect(result).toMatchObject({ signals: [{ signal: 'refusals', raised: 0 }] });
});
