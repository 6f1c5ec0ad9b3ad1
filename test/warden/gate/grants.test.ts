import { join } from 'node:path';
import type { GatePolicy } from '../../../lib/policy/gate/policy';
import { GateGrants } from '../../../lib/warden/gate/grants';
import { type GrantsFile, liveGrants, readGrantsFile, STALE } from '../../../lib/warden/gate/grants-file';
import { readHistory } from '../../../lib/warden/gate/history-file';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { Gate } from '../../../lib/warden/gate/service';
import { temporary } from '../../support/temporary';
import { put } from '../support/temporary';
import { answerOf, requestMessage } from './fake-iron-proxy';
import { gateNeeds } from './gate-needs';
import { gatePolicy, inForceOf } from './gate-policy';
import { recordsIn } from './records-in';

const AWS = Date.parse('2026-01-01T09:00:00Z');
const grant = (more: object = {}) => ({
  id: 'delete@20260101T085900Z',
  rule: 'delete',
  because: 'a wrong tag',
  until: AWS + 20_000,
  by: 'arn:aws:iam::111122223333:user/approver',
  ...more,
});
/** As warden wrote it at the monotonic time 1000. */
const fileWith = (...grants: ReturnType<typeof grant>[]): GrantsFile => ({
  seen: { aws: AWS, monotonic: 1000 },
  grants,
});

describe('a grant at the gate', () => {
  let root: string;
  let ticks: number;
  let clock: number;
  let records: RecordFile;
  let gate: Gate;
  const path = () => join(root, 'records.log');
  const lines = () => recordsIn(path());

  let policy: GatePolicy;
  async function start(
    write: { append(line: string): Promise<void>; failure: undefined } | RecordFile = records,
  ) {
    const { used, connections } = await readHistory(path(), clock);
    const grants = new GateGrants(used, () => ticks);
    const inForce = inForceOf(policy);
    gate = new Gate(
      gateNeeds({
        records: write,
        connections,
        grants,
        policy: () => inForce,
        now: () => clock,
        run: `${ticks}`,
      }),
    );
  }
  const ask = async (url = '/repos/a', method = 'DELETE') =>
    answerOf(
      await gate.request(
        requestMessage({
          method,
          url,
          host: 'api.example.com',
          headers: method === 'PUT' ? { 'Content-Length': '1' } : {},
        }),
      ),
    );

  beforeEach(async () => {
    root = temporary();
    [ticks, clock] = [1000, AWS];
    policy = gatePolicy();
    records = new RecordFile(path());
    await start();
  });
  afterEach(async () => {
    await records.close();
  });

  test('opens its rule and no other, once its record is on disk, and each request names it', async () => {
    expect(await ask()).toMatchObject({ passes: false, status: 403 });
    await gate.grant(fileWith(grant()));
    expect(lines().at(-1)).toEqual({
      record: 'grant',
      time: '2026-01-01T09:00:00.000Z',
      id: 'delete@20260101T085900Z',
      agent: 'scout',
      event: 'opens',
      rule: 'delete',
      because: 'a wrong tag',
      by: 'arn:aws:iam::111122223333:user/approver',
      until: '2026-01-01T09:00:20.000Z',
    });
    expect(await ask()).toEqual({ passes: true });
    expect(lines().at(-1)).toMatchObject({
      decision: 'allow',
      rule: 'delete',
      risk: 'high',
      grant: grant().id,
    });
    expect(await ask('/repos/a', 'PUT')).toMatchObject({ passes: false });
  });

  test('that could not be recorded stays shut, and opens when its record is written', async () => {
    let isFull = true;
    const append = (line: string) =>
      isFull && line.includes('"record":"grant"') ? Promise.reject(new Error('full')) : records.append(line);
    await start({ append, failure: undefined });
    await gate.grant(fileWith(grant()));
    expect(await ask()).toMatchObject({ passes: false, status: 403 });
    isFull = false;
    await gate.grant(fileWith(grant()));
    expect(await ask()).toEqual({ passes: true });
  });

  test('ends on the second, whatever becomes of the box’s clock', async () => {
    await gate.grant(fileWith(grant()));
    clock = AWS - 3_600_000;
    ticks = 1000 + 19_999;
    expect(await ask()).toEqual({ passes: true });
    ticks += 1;
    expect(await ask()).toMatchObject({ passes: false, status: 403 });
    clock = AWS + 3_600_000;
    ticks = 1000;
    expect(await ask()).toEqual({ passes: true });
  });

  test('ends on the second in a gate that was restarted', async () => {
    ticks = 1000 + 20_000;
    clock = AWS - 3_600_000;
    await start();
    await gate.grant(fileWith(grant()));
    expect(await ask()).toMatchObject({ passes: false });
  });

  test('that warden could not read again for a minute is refused: a revocation may be waiting', async () => {
    await gate.grant(fileWith(grant({ until: AWS + 3_600_000 })));
    ticks = 1000 + STALE - 1;
    expect(await ask()).toEqual({ passes: true });
    ticks += 1;
    expect(await ask()).toMatchObject({ passes: false });
    await gate.grant({
      ...fileWith(grant({ until: AWS + 3_600_000 })),
      seen: { aws: AWS + STALE, monotonic: ticks },
    });
    expect(await ask()).toEqual({ passes: true });
    expect(lines().filter(({ record }) => record === 'grant')).toHaveLength(1);
  });

  test('that is taken away is refused at once, and that is recorded', async () => {
    await gate.grant(fileWith(grant()));
    await gate.grant(undefined);
    expect(await ask()).toMatchObject({ passes: false });
    expect(lines().filter(({ record }) => record === 'grant')).toMatchObject([
      { event: 'opens' },
      { event: 'closes' },
    ]);
  });

  test('lets its paths pass alone', async () => {
    await gate.grant(fileWith(grant({ paths: ['/repos/a/7'] })));
    expect(await ask('/repos/a/7')).toEqual({ passes: true });
    expect(await ask('/repos/a/8')).toMatchObject({ passes: false, status: 403 });
  });

  describe('judges bodies', () => {
    const RULE = { limit: 100, json: { draft: 'value', tag: 'text' } } as const;
    const draft = [{ field: 'draft', equals: true }];
    const change = async (body: string, method = 'PUT') => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': `${body.length}` };
      const request = {
        method,
        url: '/repos/a',
        host: 'api.example.com',
        headers,
        remoteAddr: '127.0.0.1:9',
      };
      const head = answerOf(await gate.request(requestMessage(request)));
      if (!head.passes) return `${head.status} at the head`;
      const answer = answerOf(await gate.body(requestMessage({ ...request, body: Buffer.from(body) })));
      return answer.passes ? 'passes' : `${answer.status}`;
    };
    const begin = (bodies?: GatePolicy['bodies']) => {
      const rules = policy.rules.map((rule) =>
        rule.id === 'delete' ? { ...rule, methods: ['PUT', 'DELETE'] } : rule,
      );
      policy = { ...policy, rules, ...(bodies && { bodies }) };
      return start();
    };

    test.each<[string, object, string[]]>([
      ['of the rule', {}, ['passes', 'passes', '403']],
      ['of the rule, with the value of the grant', { body: draft }, ['passes', '403', '403']],
    ])('%s', async (_, more, answers) => {
      await begin({ delete: RULE });
      expect(await change('{"draft":true}')).toBe('403 at the head');
      await gate.grant(fileWith(grant(more)));
      const found: string[] = [];
      for (const body of ['{"draft":true}', '{"draft":false}', '{"name":1,"draft":true}'])
        found.push(await change(body));
      expect(found).toEqual(answers);
    });

    test.each([
      ['{"draft":true,"x":[{}]}', 'passes'],
      ['{"draft":"true"}', '403'],
      ['{"Draft":true}', '403'],
      ['{"x":{"draft":true}}', '403'],
      ['{"draft":true,"draft":false}', '400'],
      ['[]', '403'],
      ['', '400'],
    ])('of a rule that judges none, by the grant alone: %s', async (body, answer) => {
      await begin();
      await gate.grant(fileWith(grant({ body: draft })));
      expect(await change(body)).toBe(answer);
    });

    test('and refuses a request that can have none', async () => {
      await begin();
      await gate.grant(fileWith(grant({ body: draft })));
      expect(await ask()).toMatchObject({
        passes: false,
        status: 403,
        body: expect.stringContaining('only for requests with a body'),
      });
    });

    test('of the last request of a count, and refuses one whose grant has ended meanwhile', async () => {
      await begin({ delete: RULE });
      await gate.grant(fileWith(grant({ count: 1 })));
      expect(await change('{"draft":true}')).toBe('passes');
      expect(await change('{"draft":true}')).toBe('403 at the head');
      await gate.grant(fileWith(grant({ id: 'delete@other' })));
      const body = gate.body.bind(gate);
      gate.body = (message) => {
        ticks += 20_000;
        return body(message);
      };
      expect(await change('{"draft":true}')).toBe('403');
    });
  });

  test('with a count lets that many pass: at the same moment, after a restart, and with a clock set back', async () => {
    await gate.grant(fileWith(grant({ count: 2 })));
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ passes }) => passes)).toEqual([true, true, false]);
    await start();
    clock = AWS - 48 * 3_600_000;
    await start();
    await gate.grant(fileWith(grant({ count: 2 })));
    expect(await ask()).toMatchObject({ passes: false });
    await gate.grant(fileWith(grant({ count: 2, id: 'delete@20260101T085959Z' })));
    expect(await ask()).toEqual({ passes: true });
  });

  test('a refusal says what it needs, how to ask, and when to try again', async () => {
    const { body, retryAfter } = await ask();
    expect(JSON.parse(body ?? '')).toMatchObject({
      by: 'grant',
      rule: 'delete',
      needs: { grant: { agent: 'scout', rule: 'delete', risk: 'high' } },
      ask: 'ask a person who may approve it to run: airlock grant scout delete --stack airlock --region eu-north-1 --for 15m --because "..."',
    });
    expect(retryAfter).toBe('60');
  });
});

test.each([
  ['none', undefined],
  [
    'one of an earlier boot, whose monotonic time lies ahead',
    { ...fileWith(grant()), seen: { aws: AWS, monotonic: 1001 } },
  ],
])('no grant is live with a file that is %s', (_, file) => {
  expect(liveGrants(file, 1000)).toEqual([]);
});

test.each(['', '{', '{"seen":{"aws":1,"monotonic":1},"grants":[{"id":"x"}]}'])(
  'a file with %j is no grant',
  async (text) => {
    const root = temporary();
    expect(await readGrantsFile(put(root, 'grants.json', text))).toBeUndefined();
    expect(await readGrantsFile(join(root, 'none'))).toBeUndefined();
  },
);
