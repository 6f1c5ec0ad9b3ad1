import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import type { GatePolicy } from '../../../lib/policy/gate/policy';
import { FrontLog } from '../../../lib/warden/gate/front-log';
import { GateGrants } from '../../../lib/warden/gate/grants';
import { readHistory } from '../../../lib/warden/gate/history-file';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { serveGate } from '../../../lib/warden/gate/server';
import { Gate } from '../../../lib/warden/gate/service';
import { temporary } from '../../support/temporary';
import { FakeIronProxy, requestMessage } from './fake-iron-proxy';
import { gateNeeds } from './gate-needs';
import { gatePolicy, inForceOf } from './gate-policy';
import { recordsIn } from './records-in';

const MORNING = Date.UTC(2026, 0, 1, 9);
const READ = { url: '/repos/a', host: 'api.example.com' };
const WRITE = { ...READ, method: 'PATCH' };
const SECRET = 'ghp_theRealTokenThatIronProxyPutIn';

describe('the gate on its socket', () => {
  let root: string;
  let server: Server;
  let gate: Gate;
  let proxy: FakeIronProxy;
  let policy: GatePolicy | undefined;
  let now: number;
  let since: number;
  const ticks = 5_000;
  let records: { append(line: string): Promise<void>; failure: string | undefined };
  const file = () => join(root, 'records.log');
  const lines = () => recordsIn(file());

  const ends = () => lines().flatMap(({ record, id, end }) => (record === 'end' ? [`${id} ${end}`] : []));

  async function start(): Promise<void> {
    const { counters, open, connections, ended, used } = await readHistory(file(), now);
    since = ended || now;
    const inForce = () => policy && inForceOf(policy);
    gate = new Gate(
      gateNeeds({
        records,
        counters,
        connections,
        grants: new GateGrants(used, () => ticks),
        policy: inForce,
        now: () => now,
        run: `run${now}`,
      }),
    );
    for (const [id, began] of open) gate.recordEnd(id, { end: 'unknown' }, began);
    server = await serveGate(gate, join(root, 'gate.sock'));
    proxy = new FakeIronProxy(join(root, 'gate.sock'));
  }

  beforeEach(async () => {
    root = temporary();
    policy = gatePolicy();
    now = MORNING;
    records = recordFile();
    await start();
  });

  const made: RecordFile[] = [];
  function recordFile(): RecordFile {
    const one = new RecordFile(file());
    made.push(one);
    return one;
  }

  async function closeAll(): Promise<void> {
    for (const one of made.splice(0)) await one.close();
  }

  function stop(): void {
    proxy.close();
    server.forceShutdown();
  }
  afterEach(async () => {
    stop();
    await closeAll();
  });

  test('records a request before it passes, and its end, without any value of a header or a query', async () => {
    const asked = {
      ...WRITE,
      url: '/repos/a?key=agentsown&b',
      headers: { Authorization: 'Bearer agents-own', 'Content-Length': '12' },
    };
    expect(await proxy.request(asked)).toEqual({ passes: true });
    expect(lines()).toHaveLength(1);
    now += 40;
    await proxy.response(
      { ...asked, headers: { Authorization: `Bearer ${SECRET}` }, url: `/bot${SECRET}/a` },
      201,
    );
    await proxy.request(READ);
    expect(lines()).toEqual([
      {
        record: 'request',
        time: '2026-01-01T09:00:00.000Z',
        id: `run${MORNING}-1`,
        agent: 'scout',
        policy: 'dddddddddddddddd',
        remote_addr: '127.0.0.1:1000',
        host: 'api.example.com',
        method: 'PATCH',
        path: '/repos/a',
        query: [
          { name: 'key', length: 9, sha256: expect.stringMatching(/^[0-9a-f]{16}$/) },
          { name: 'b', length: 0, sha256: 'e3b0c44298fc1c14' },
        ],
        headers: 2,
        headerBytes: 54,
        bodyBytes: 12,
        decision: 'allow',
        by: 'rules',
        rule: 'write',
        risk: 'medium',
        status: null,
        reason: expect.stringContaining('rule write lets it pass'),
      },
      {
        record: 'end',
        time: '2026-01-01T09:00:00.040Z',
        id: `run${MORNING}-1`,
        agent: 'scout',
        end: 'answered',
        status: 201,
        ms: 40,
      },
      expect.objectContaining({ record: 'request', id: `run${MORNING}-2` }),
    ]);
    const text = readFileSync(file(), 'latin1');
    for (const value of [SECRET, 'agents-own', 'agentsown']) expect(text).not.toContain(value);
  });

  test('refuses with a body that says what is needed, and when to try again', async () => {
    const { passes, status, body, retryAfter } = await proxy.request({ ...READ, method: 'DELETE' });
    expect({ passes, status, retryAfter }).toEqual({ passes: false, status: 403, retryAfter: '60' });
    expect(JSON.parse(body ?? '')).toMatchObject({
      by: 'grant',
      rule: 'delete',
      needs: { grant: { agent: 'scout', rule: 'delete' } },
    });
    expect(lines()[0]).toMatchObject({ decision: 'refuse', by: 'grant', rule: 'delete', status: 403 });
  });

  test('refuses without a policy, without a record, and with a message that it cannot read', async () => {
    policy = undefined;
    expect(await proxy.request(READ)).toMatchObject({ passes: false, status: 503 });
    policy = gatePolicy();
    const whole = records;
    const full = Object.assign(new Error(SECRET), { code: 'ENOSPC' });
    records = { append: () => Promise.reject(full), failure: 'ENOSPC' };
    stop();
    await start();
    const refused = await proxy.request(READ);
    expect(refused).toMatchObject({ passes: false, status: 503, retryAfter: '10' });
    expect(JSON.stringify(refused)).not.toContain(SECRET);
    records = whole;
    stop();
    await start();
    const cut = requestMessage({ ...READ, headers: { Authorization: SECRET } }).subarray(0, -3);
    await expect(proxy.call('TransformRequest', cut)).rejects.toThrow(
      /^3 INVALID_ARGUMENT: the gate could not read the message$/,
    );
    const garbage = Buffer.from(`\xff\xff${SECRET}`, 'latin1');
    await expect(proxy.call('TransformResponse', garbage)).rejects.toThrow(
      /the gate could not read the message$/,
    );
  });

  test('answers nothing while the disk is slow, and each request once its own record is there', async () => {
    const whole = records;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    records = { append: (line) => held.then(() => whole.append(line)), failure: undefined };
    stop();
    await start();
    let answered = false;
    const answer = proxy.request(READ).then((found) => {
      answered = true;
      return found;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    release();
    expect(await answer).toEqual({ passes: true });
    expect(lines()).toHaveLength(1);
  });

  test('counts on after a restart, and ends what the gate before it left open', async () => {
    policy = gatePolicy({ caps: { requests: { day: 2 } } });
    await proxy.request(READ);
    await proxy.request({ ...READ, remoteAddr: '127.0.0.1:1001' });
    await proxy.response({ ...READ, remoteAddr: '127.0.0.1:1001' }, 200);
    stop();
    await closeAll();
    // A line that a kill cut off.
    appendFileSync(file(), '{"record":"req');
    records = recordFile();
    now += 60_000;
    await start();
    expect(await proxy.request(READ)).toMatchObject({
      passes: false,
      status: 429,
      retryAfter: String(15 * 3600 - 60),
    });
    const whole = readFileSync(file(), 'utf8')
      .split('\n')
      .flatMap((line) => (line.endsWith('}') ? JSON.parse(line) : []));
    expect(whole.filter(({ record }) => record === 'end')).toEqual([
      expect.objectContaining({ id: `run${MORNING}-2`, end: 'answered' }),
      expect.objectContaining({ id: `run${MORNING}-1`, end: 'unknown', ms: 60_000 }),
    ]);
    now += 15 * 3_600_000;
    expect(await proxy.request(READ)).toEqual({ passes: true });
  });

  test('counts actions on after a restart, and lets other requests pass above their cap', async () => {
    policy = gatePolicy({ caps: { actions: { day: 1 } } });
    const action = { ...WRITE, headers: { 'Content-Length': '0' } };
    expect(await proxy.request(action)).toEqual({ passes: true });
    stop();
    await closeAll();
    records = recordFile();
    await start();
    expect(await proxy.request(action)).toMatchObject({ passes: false, status: 429 });
    expect(await proxy.request(READ)).toEqual({ passes: true });
  });

  test.each([
    [
      'of a rule',
      { rules: gatePolicy().rules.map((rule) => ({ ...rule, caps: { requests: { hour: 1 } } })), caps: {} },
    ],
    ['of the agent', { caps: { uploadMiB: { hour: 1 } } }],
    ['on actions', { caps: { actions: { day: 1 } } }],
  ])('refuses above a cap %s', async (_, more) => {
    policy = gatePolicy(more);
    const asked = { ...WRITE, headers: { 'Content-Length': '700000' } };
    expect(await proxy.request(asked)).toEqual({ passes: true });
    expect(await proxy.request(asked)).toMatchObject({ passes: false, status: 429 });
    expect(lines().at(-1)).toMatchObject({
      decision: 'refuse',
      by: 'cap',
      status: 429,
      reason: expect.stringContaining('caps.'),
    });
  });

  test('LOG-2 says of a query beyond fifty parts, and of a long path, how much there is', async () => {
    const query = `${'a&'.repeat(60)}b=${'y'.repeat(3000)}`;
    await proxy.request({ ...READ, url: `/repos/${'p'.repeat(3000)}?${query}` });
    const [record] = lines();
    expect(record.path).toMatch(/p\.\.\.\(3007\)$/);
    expect(record.query).toHaveLength(51);
    expect(record.query[50]).toMatchObject({ name: '...(11 more)', length: 10 * 2 + 3002 });
  });

  test('above a cap on records it passes nothing, sums refusals up, and writes little', async () => {
    policy = gatePolicy({ caps: { logMiB: { hour: 1 } } });
    const long = { ...READ, url: `/none/${'a'.repeat(2000)}` };
    const answers = await Promise.all(Array.from({ length: 600 }, () => proxy.request(long)));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(100);
    for (let index = 0; index < 9; index += 1) answers.push(await proxy.request(READ));
    expect(answers.at(-1)).toMatchObject({ passes: false, status: 429 });
    await gate.sweep();
    await gate.sweep();
    await proxy.response(READ, 200);
    await closeAll();
    const summed = lines().filter(({ record }) => record === 'omitted');
    expect(summed).toEqual([
      expect.objectContaining({ omitted: answers.filter(({ status }) => status === 429).length }),
    ]);
    expect(readFileSync(file()).length).toBeLessThan(1024 * 1024 + 1000);
  });

  test('ends a request that got no answer when its connection has the next one, or after an hour', async () => {
    await proxy.request(READ);
    await proxy.request(READ);
    now += 3_600_001;
    await gate.sweep();
    await gate.sweep();
    await proxy.request(READ);
    expect(ends()).toEqual([`run${MORNING}-1 unanswered`, `run${MORNING}-2 unanswered`]);
  });

  test('ends it when its connection ends, and records what the front saw of the connection', async () => {
    const log = join(root, 'front.log');
    const line = (port: number, at: number, ms: number, more: object = {}) =>
      appendFileSync(
        log,
        `${JSON.stringify({ time: at / 1000, client: '10.0.0.1:5', name: 'api.example.com', remote_addr: `127.0.0.1:${port}`, in: 900, out: 5000, ms, end: 'CD', refused: '-', ...more })}\n`,
      );
    line(1000, now - 90, 50);
    line(0, now - 90, 0, { refused: 'name' });
    const front = new FrontLog(log, since);
    const look = async () => {
      for (const each of await front.ended(now)) gate.connectionEnded(each);
      gate.frontRefused(front.takeRefused());
    };
    await proxy.request({ ...WRITE, headers: { 'Content-Length': '100' } });
    await proxy.request({ ...READ, method: 'DELETE' });
    await proxy.request({ ...READ, remoteAddr: '127.0.0.1:1001' });
    line(1000, now - 40, 70);
    line(1002, now - 40, 41);
    // The other slot of iron-proxy, with the same port.
    line(1001, now - 40, 41, { remote_addr: '127.0.0.2:1001' });
    line(0, now + 1, 0, { refused: 'name' });
    line(0, now + 1, 0, { port: '8080', refused: 'connect', times: 5 });
    appendFileSync(log, 'no line\n{"remote_addr":"127.0.0.1:1001"}\n');
    now += 1_000;
    await look();
    expect(ends()).toEqual([`run${MORNING}-1 unanswered`]);
    now += 1_100;
    await look();
    await gate.sweep();
    await gate.sweep();
    await front.close();
    await closeAll();
    // What the front refused has no record of its own.
    expect(lines().filter(({ record }) => record === 'omitted')).toEqual([
      expect.objectContaining({ omitted: 6, reason: expect.stringContaining('front') }),
    ]);
    const connections = lines().filter(({ record }) => record === 'connection');
    expect(connections).toEqual([
      {
        ...{ record: 'connection', time: '2026-01-01T09:00:02.100Z', agent: 'scout', by: 'front' },
        ...{ remote_addr: '127.0.0.1:1000', began: '2026-01-01T08:59:59.960Z', name: 'api.example.com' },
        ...{ in: 900, out: 5000, ms: 70, end: 'CD' },
        ...{ requests: 2, first: `run${MORNING}-1`, last: `run${MORNING}-2`, unannounced: 800 },
      },
      expect.objectContaining({ remote_addr: '127.0.0.1:1002', requests: 0, first: null, unannounced: 900 }),
      expect.objectContaining({ remote_addr: '127.0.0.2:1001', requests: 0 }),
    ]);
    // A gate that starts now knows what is recorded, and reads on.
    stop();
    records = recordFile();
    await start();
    line(1001, now - 500, 400);
    now += 2_000;
    const next = new FrontLog(log, since);
    for (const each of await next.ended(now)) gate.connectionEnded(each);
    await next.close();
    await closeAll();
    expect(lines().at(-1)).toMatchObject({
      record: 'connection',
      remote_addr: '127.0.0.1:1001',
      requests: 1,
    });
    expect(lines().filter(({ record }) => record === 'connection')).toHaveLength(4);
  });

  test('waits no hour for a connection that ended before the clock was set back an hour', async () => {
    const log = join(root, 'back.log');
    for (const [port, at] of [
      [1000, now + 3_600_000],
      [1001, now + 10],
    ] as const)
      appendFileSync(
        log,
        `${JSON.stringify({ time: at / 1000, name: 'a.example', remote_addr: `127.0.0.1:${port}`, in: 1, out: 1, ms: 5, end: '--', refused: '-' })}\n`,
      );
    const front = new FrontLog(log, now);
    const ended = await front.ended(now + 5_000);
    await front.close();
    expect(ended.map(({ remoteAddr }) => remoteAddr)).toEqual(['127.0.0.1:1000', '127.0.0.1:1001']);
  });

  test('counts what a connection brought in without announcing it against the upload cap', async () => {
    policy = gatePolicy({ caps: { uploadMiB: { hour: 1 } } });
    await proxy.request(READ);
    const front = {
      remoteAddr: '127.0.0.1:1000',
      name: 'api.example.com',
      began: now,
      out: 1,
      ms: 5,
      end: '--',
    };
    gate.connectionEnded({ ...front, in: 1024 * 1024 + 1 });
    expect(await proxy.request(READ)).toMatchObject({ passes: false, status: 429 });
  });

  test('serves many at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 500 }, (_, index) => proxy.request({ ...READ, remoteAddr: `127.0.0.1:${index}` })),
    );
    expect(all.every(({ passes }) => passes)).toBe(true);
    expect(new Set(lines().map(({ id }) => id)).size).toBe(500);
  });
});
