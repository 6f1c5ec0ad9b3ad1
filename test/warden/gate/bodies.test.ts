import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { Counters } from '../../../lib/policy/gate/caps';
import { BodyBudget } from '../../../lib/warden/gate/body-budget';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { serveBodies, serveGate } from '../../../lib/warden/gate/server';
import { Gate } from '../../../lib/warden/gate/service';
import { temporary } from '../../support/temporary';
import { FakeIronProxy, requestMessage } from './fake-iron-proxy';
import { gateNeeds } from './gate-needs';
import { gatePolicy, inForceOf } from './gate-policy';
import { recordsIn } from './records-in';

const MIB = 1024 * 1024;
const BODIES = {
  write: { limit: 32 * MIB, json: { name: 'text', body: 'text' }, unknown: 'refuse' },
} as const;
const PATCH = { method: 'PATCH', url: '/repos/a', host: 'api.example.com' };

describe('bodies at the gate', () => {
  const root = temporary();
  const file = new RecordFile(join(root, 'records.log'));
  const servers: Server[] = [];
  let first: FakeIronProxy;
  let second: FakeIronProxy;
  let port = 1000;
  let gate: Gate;
  const lines = () => recordsIn(join(root, 'records.log'));

  beforeAll(async () => {
    const policy = gatePolicy({ bodies: { ...BODIES, delete: { ...BODIES.write, unknown: 'note' } } });
    policy.rules[2] = {
      ...policy.rules[2],
      id: 'delete',
      methods: ['PUT'],
      risk: 'low',
      host: 'api.example.com',
    };
    const inForce = inForceOf(policy);
    const counters = new Counters();
    gate = new Gate(
      gateNeeds({
        records: file,
        counters,
        policy: () => inForce,
      }),
    );
    const [one, two] = [join(root, 'gate.sock'), join(root, 'bodies.sock')];
    servers.push(await serveGate(gate, one), await serveBodies(gate, two));
    [first, second] = [new FakeIronProxy(one), new FakeIronProxy(two)];
  });
  afterAll(async () => {
    first.close();
    second.close();
    for (const server of servers) server.forceShutdown();
    await file.close();
  });

  /** Both questions, as iron-proxy asks them for a request with a body. */
  async function ask(body: Buffer, more: { method?: string; headers?: Record<string, string> } = {}) {
    port += 1;
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': `${body.length}`,
      ...more.headers,
    };
    const request = { ...PATCH, ...more, headers, remoteAddr: `127.0.0.1:${port}` };
    const head = await first.request(request);
    return head.passes ? second.request({ ...request, body }) : head;
  }

  test.each<[string, string, object, object]>([
    ['allowed fields', '{"name": "v1"}', {}, { passes: true }],
    [
      'another field',
      '{"draft": false}',
      {},
      { passes: false, status: 403, body: expect.stringContaining('draft') },
    ],
    ['no JSON', 'name=v1', {}, { passes: false, status: 400 }],
    ['half sent', '{}', { headers: { 'Content-Length': '9' } }, { passes: false, status: 400 }],
    ['compressed', '{}', { headers: { 'Content-Encoding': 'gzip' } }, { passes: false, status: 415 }],
    [
      'announced as too large',
      '{}',
      { headers: { 'Content-Length': '99999999' } },
      { passes: false, status: 413 },
    ],
  ])('%s', async (_, body, more, answer) => {
    expect(await ask(Buffer.from(body), more)).toMatchObject(answer);
  });

  test('chunked: 411, and the record says so', async () => {
    const headers = { 'Content-Type': 'application/json' };
    expect(await first.request({ ...PATCH, headers })).toMatchObject({ passes: false, status: 411 });
    expect(lines().at(-1)).toMatchObject({ decision: 'refuse', by: 'gate', rule: 'write', status: 411 });
  });

  test('a refused body ends its request in the records; a noted one is noted before it leaves', async () => {
    await ask(Buffer.from('{"draft": false}'));
    const [asked, end] = lines().slice(-2);
    expect([asked.decision, end]).toMatchObject([
      'allow',
      { record: 'end', id: asked.id, end: 'refused', by: 'body' },
    ]);
    expect(await ask(Buffer.from('{"draft": 1}'), { method: 'PUT' })).toMatchObject({ passes: true });
    expect(lines().at(-1)).toMatchObject({ record: 'notes', notes: [expect.stringContaining('draft')] });
  });

  test('CAP-1 the next request on a connection shows that the body before it has ended', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': `${31 * MIB}` };
    const announce = (at: string) => first.request({ ...PATCH, headers, remoteAddr: `127.0.0.1:${at}` });
    const next = (at: string) => first.request({ ...PATCH, method: 'GET', remoteAddr: `127.0.0.1:${at}` });
    expect([await announce('7'), await announce('8'), await announce('9')]).toMatchObject([
      { passes: true },
      { passes: true },
      { passes: false, status: 503 },
    ]);
    await next('7');
    expect(await announce('9')).toMatchObject({ passes: true });
    await Promise.all([next('8'), next('9')]);
  });

  test('31 MiB', async () => {
    const body = Buffer.alloc(31 * MIB, 'A');
    body.write('{"body":"');
    body.write('"}', body.length - 2);
    expect(await ask(body)).toMatchObject({ passes: true });
  });

  test.each([
    ['one text', '{"body":"', '\\u0041', '"}'],
    ['many values', '{"draft":[', '"12345678901234567890",', '1]}'],
  ])(
    'CAP-1 the gate has turns for other requests while it reads a large body of %s',
    async (_, head, unit, end) => {
      const body = Buffer.from(`${head}${unit.repeat(90_000)}${end}`);
      const headers = { 'Content-Type': 'application/json', 'Content-Length': `${body.length}` };
      let turns = -1;
      const turn = () => {
        turns += 1;
        if (!isJudged) setImmediate(turn);
      };
      let isJudged = false;
      const judged = gate.body(requestMessage({ ...PATCH, headers, body })).then(() => (isJudged = true));
      turn();
      await judged;
      // One after each 256 KiB; the last one may come with the answer.
      expect(turns).toBeGreaterThanOrEqual(Math.floor(body.length / (256 * 1024)) - 1);
    },
  );

  test('CAP-1 bodies that are on their way are bounded, however slowly they come, until they end', () => {
    const budget = new BodyBudget();
    const admitted = (at: string, now = 0) => budget.admit(at, 30 * MIB, now);
    expect([admitted('a'), admitted('b'), admitted('c')]).toEqual([true, true, false]);
    expect(admitted('a')).toBe(true);
    budget.release('b');
    expect(admitted('c')).toBe(true);
    expect([admitted('d', 3_599_000), admitted('d', 3_601_000)]).toEqual([false, true]);
  });
});
