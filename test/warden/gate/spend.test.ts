import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BodyRule } from '../../../lib/policy/body';
import { type Reserve, SpendReserve } from '../../../lib/policy/gate/spend/reserve';
import { dayOf, type SpendState, SpendSums } from '../../../lib/policy/gate/spend/sums';
import { GateGrants } from '../../../lib/warden/gate/grants';
import { readHistory } from '../../../lib/warden/gate/history-file';
import { ModelSpend } from '../../../lib/warden/gate/model-spend';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { Gate } from '../../../lib/warden/gate/service';
import { readSpendFile, writeSpendFile } from '../../../lib/warden/gate/spend-file';
import { temporary } from '../../support/temporary';
import { answerOf, requestMessage } from './fake-iron-proxy';
import { gateNeeds } from './gate-needs';
import { gatePolicy, inForceOf } from './gate-policy';
import { recordsIn } from './records-in';

const NOON = Date.UTC(2026, 0, 28, 12);
const MESSAGES = { method: 'POST', url: '/v1/messages?beta=true', host: 'api.anthropic.com' };
/** Its output alone is charged $1.10. */
const DOLLAR = { model: 'claude-opus-4-8', max_tokens: 40_000, messages: [] };

describe('spend.model at the gate', () => {
  let root: string;
  let now: number;
  let ticks: number;
  let gate: Gate;
  let records: RecordFile;
  let failing: boolean;
  let spend: ModelSpend;
  let reserve: SpendReserve;
  /** Writes of the state at one moment. */
  let saving: { now: number; most: number };
  /** What warden answers to what the gate wants reserved; by default more than enough. */
  let agreed: (() => Reserve) | undefined;
  let limits: { dailyUsd?: number; monthlyUsd?: number } | undefined;
  const recordsPath = () => join(root, 'records.log');
  const statePath = () => join(root, 'spend.json');
  const lines = (kind: string) => recordsIn(recordsPath()).filter(({ record }) => record === kind);

  async function start(): Promise<void> {
    const { used, charges, counters, connections } = await readHistory(recordsPath(), now);
    const grants = new GateGrants(used, () => ticks);
    const sums = SpendSums.restore(await readSpendFile(statePath()), charges.byDay, charges.since, now);
    reserve = new SpendReserve('box', sums);
    const save = async (state: SpendState) => {
      saving.most = Math.max(saving.most, ++saving.now);
      await writeSpendFile(statePath(), state).finally(() => saving.now--);
    };
    spend = new ModelSpend({ sums, reserve, grants, save });
    const body: BodyRule = {
      limit: 1_000_000,
      json: { model: 'text', max_tokens: 'value', 'tools[]': 'any', messages: 'any' },
      query: ['beta'],
      unknown: 'note',
    };
    const rule = { host: 'api.anthropic.com', methods: ['POST'], risk: 'low' as const };
    const policy = () =>
      inForceOf(
        gatePolicy({
          rules: [
            { ...rule, id: 'messages', paths: ['/v1/messages', '/v1/messages/count_tokens'] },
            { ...rule, id: 'bare', paths: ['/v1/complete', '/v1/messages/batches'] },
            { id: 'read', host: 'api.example.com', methods: ['GET'], paths: ['/*'], risk: 'low' },
          ],
          bodies: { messages: body },
          ...(limits && { spend: limits }),
        }),
      );
    gate = new Gate(
      gateNeeds({
        records: {
          append: (line) =>
            failing && line.includes('"charge"') ? Promise.reject(new Error('full')) : records.append(line),
          failure: undefined,
        },
        counters,
        connections,
        grants,
        spend,
        policy,
        now: () => now,
        run: `run${now}`,
      }),
    );
  }

  beforeEach(async () => {
    root = temporary();
    [now, ticks, failing, limits] = [NOON, 1000, false, { dailyUsd: 3, monthlyUsd: 5 }];
    [agreed, saving] = [undefined, { now: 0, most: 0 }];
    records = new RecordFile(recordsPath());
    await start();
  });
  afterEach(() => records.close());

  /** Both questions, as iron-proxy asks them. */
  async function ask(body: object = DOLLAR, more: { url?: string } = {}) {
    const enough = { box: 'box', day: dayOf(now), today: 1e12, earlier: 0 };
    reserve.agree(agreed?.() ?? { own: enough });
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { 'Content-Type': 'application/json', 'Content-Length': `${bytes.length}` };
    const request = { ...MESSAGES, ...more, headers };
    const head = answerOf(await gate.request(requestMessage(request)));
    return head.passes ? answerOf(await gate.body(requestMessage({ ...request, body: bytes }))) : head;
  }

  test('charges each model call before it passes, tells at 50 and 80 percent, and refuses at 100', async () => {
    expect([await ask(), await ask()]).toEqual([{ passes: true }, { passes: true }]);
    expect(lines('charge')).toHaveLength(2);
    expect(lines('charge')[0]).toEqual({
      record: 'charge',
      time: '2026-01-28T12:00:00.000Z',
      id: `run${NOON}-1`,
      agent: 'scout',
      rule: 'messages',
      vendor: 'anthropic',
      model: 'claude-opus-4-8',
      listed: true,
      inputTokens: 1_060,
      outputTokens: 40_000,
      microUsd: 1_105_830,
      prices: expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
    });
    const { passes, status, retryAfter, body } = await ask();
    expect({ passes, status, retryAfter }).toEqual({ passes: false, status: 402, retryAfter: '43200' });
    expect(JSON.parse(body ?? '')).toMatchObject({
      by: 'spend',
      reason: expect.stringContaining(
        'spend.model.dailyUsd; a person may lift the limit for a time: airlock grant scout model-spend',
      ),
    });
    await ask();
    expect(lines('spend').map(({ period, percent, usd }) => [period, percent, usd])).toEqual([
      ['day', 50, 2.21166],
      ['day', 100, 2.21166],
    ]);
    expect(lines('end').at(-1)).toMatchObject({ end: 'refused', by: 'spend', status: 402 });
    expect(await ask({ ...DOLLAR, max_tokens: 9 })).toEqual({ passes: true });
    const other = { url: '/a', host: 'api.example.com' };
    expect(answerOf(await gate.request(requestMessage(other))).passes).toBe(true);
    expect((await ask({}, { url: '/v1/messages/count_tokens' })).passes).toBe(true);
  });

  test('refuses by the head once a limit is reached', async () => {
    limits = { dailyUsd: 1.10583 };
    await start();
    expect((await ask()).passes).toBe(true);
    expect(await ask({ ...DOLLAR, max_tokens: 1 })).toMatchObject({ status: 402 });
    expect(lines('end').filter(({ end }) => end === 'refused')).toEqual([]);
  });

  test('counts on after a restart, and by the month over days', async () => {
    await ask();
    for (let day = 0; day < 3; day += 1) {
      await start();
      await gate.sweep();
      now += 86_400_000;
      await ask();
    }
    expect(await ask()).toMatchObject({ passes: false, status: 402 });
    expect(JSON.parse(readFileSync(statePath(), 'utf8'))).toMatchObject({ before: '2026-01-30' });
    now = Date.UTC(2026, 1, 1);
    expect((await ask()).passes).toBe(true);
  });

  test('keeps the sum of each day that has ended, and records it, one write at a time', async () => {
    await gate.sweep();
    await ask();
    now += 86_400_000;
    await Promise.all([gate.sweep(), gate.sweep()]);
    expect(saving.most).toBe(1);
    expect(await readSpendFile(statePath())).toEqual({ before: '2026-01-29', microUsd: 1_105_830 });
    expect(lines('spend')).toEqual([
      expect.objectContaining({ event: 'day', before: '2026-01-29', monthUsd: 1.10583 }),
    ]);
  });

  test('refuses model calls while the month is lost, and keeps the file as it is', async () => {
    writeFileSync(statePath(), '{"before":"2026-01-28","microUsd":-1}');
    await start();
    await gate.sweep();
    expect(await ask()).toMatchObject({
      status: 402,
      body: expect.stringContaining('is lost until it ends'),
    });
    expect(await readSpendFile(statePath())).toBe('broken');
    limits = { dailyUsd: 3 };
    await start();
    expect((await ask()).passes).toBe(true);
  });

  test('lets nothing pass that is not reserved, and says why', async () => {
    const policy = gatePolicy({ spend: { dailyUsd: 3, monthlyUsd: 5 } });
    agreed = () => ({});
    const first = await ask();
    expect(first).toMatchObject({
      status: 503,
      retryAfter: '5',
      body: expect.stringContaining('reserving more'),
    });
    let own = spend.wanted(policy, now);
    expect(own).toEqual({ box: 'box', day: '2026-01-28', today: 300_000, earlier: 0 });
    agreed = () => ({ own });
    // It is dearer than what a gate reserves that knows of no call.
    expect((await ask()).passes).toBe(false);
    own = spend.wanted(policy, now);
    expect(own?.today).toBe(300_000 + 1_105_830);
    expect((await ask()).passes).toBe(true);
    expect((await ask()).passes).toBe(false);
    agreed = () => ({ own, problem: 'the parameter is missing' });
    expect(await ask()).toMatchObject({
      status: 503,
      body: expect.stringContaining('the parameter is missing'),
    });
    expect(spend.seen(policy, now)).toMatchObject({ problem: 'the parameter is missing' });
    expect(lines('charge')).toHaveLength(1);
  });

  test('counts what other boxes reserved, by the day and the month', async () => {
    const others = { day: '2026-01-28', today: 2_000_000, earlier: 1_000_000 };
    agreed = () => ({ own: { box: 'box', day: '2026-01-28', today: 1e12, earlier: 0 }, others });
    expect(await ask()).toMatchObject({ status: 402, body: expect.stringContaining('3 USD a day') });
    now += 86_400_000;
    expect((await ask()).passes).toBe(true);
    expect(await ask()).toMatchObject({ status: 402, body: expect.stringContaining('5 USD a month') });
  });

  test('lets nothing pass whose charge is not on disk', async () => {
    failing = true;
    await expect(ask()).rejects.toThrow('full');
  });

  test.each<[string, object, { url?: string }, string]>([
    ['a body that is not judged', {}, { url: '/v1/complete' }, 'no price for this method and path'],
    ['another path of the vendor', {}, { url: '/v1/messages/batches' }, 'no price for this method and path'],
    [
      'what cannot be bounded',
      { ...DOLLAR, tools: [{ type: 'advisor_20260301' }] },
      {},
      'any sum for type advisor_20260301',
    ],
    ['what no rule knows', { ...DOLLAR, turbo: true }, {}, 'any sum for a field or value that no rule knows'],
  ])('refuses %s', async (_, body, more, reason) => {
    expect(await ask(body, more)).toMatchObject({ status: 403, body: expect.stringContaining(reason) });
    expect(lines('charge')).toEqual([]);
  });

  test('a grant lifts the limit for its time, and every request is charged all the same', async () => {
    limits = { dailyUsd: 1 };
    await start();
    expect((await ask()).passes).toBe(false);
    const grant = {
      id: 'model-spend@1',
      rule: 'model-spend',
      because: 'a release',
      until: 2_000,
      count: 1,
      by: 'ada',
    };
    await gate.grant({ seen: { aws: 1000, monotonic: 1000 }, grants: [grant] });
    expect((await ask()).passes).toBe(true);
    expect(lines('charge')).toEqual([expect.objectContaining({ grant: 'model-spend@1' })]);
    expect((await ask()).passes).toBe(false);
    await start();
    await gate.grant({ seen: { aws: 1000, monotonic: 1000 }, grants: [grant] });
    expect((await ask()).passes).toBe(false);
  });

  test('without a limit nothing is charged, and nothing is kept', async () => {
    limits = undefined;
    await start();
    expect((await ask({ ...DOLLAR, turbo: true })).passes).toBe(true);
    expect(lines('charge')).toEqual([]);
    expect(existsSync(statePath())).toBe(false);
  });
});
