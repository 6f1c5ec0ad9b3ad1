import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { makeCanaries } from '../../../lib/canary/credentials';
import { GateCanaries } from '../../../lib/warden/gate/canaries';
import { GateEvents } from '../../../lib/warden/gate/events';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { serveBodies, serveGate } from '../../../lib/warden/gate/server';
import { Gate } from '../../../lib/warden/gate/service';
import { Watch } from '../../../lib/watch/watch';
import { temporary } from '../../support/temporary';
import { FakeIronProxy, type SentRequest } from './fake-iron-proxy';
import { gateNeeds } from './gate-needs';
import { gatePolicy, inForceOf } from './gate-policy';
import { recordsIn } from './records-in';

const CANARIES = makeCanaries();
const value = (id: string) => CANARIES.find((each) => each.id === id)?.values[0] as string;
const [GITHUB, KEY, AWS] = ['state-github', 'host-api-key', 'state-aws'].map(value) as [
  string,
  string,
  string,
];
const READ = { url: '/repos/a', host: 'api.example.com' };
const base64 = (text: string) => Buffer.from(`user:${text}`).toString('base64');

describe('canaries at the gate', () => {
  let root: string;
  let file: RecordFile;
  let canaries: GateCanaries;
  let events: GateEvents;
  let servers: Server[];
  let proxies: [FakeIronProxy, FakeIronProxy];
  let gate: Gate;
  let caps: object;

  beforeEach(async () => {
    root = temporary();
    caps = {};
    file = new RecordFile(join(root, 'records.log'));
    events = new GateEvents(
      join(root, 'none'),
      (line) => file.append(line),
      () => 'scout',
      Date.now,
      new Set(),
    );
    canaries = new GateCanaries((event, detail) => events.tell(event, detail), Date.now);
    canaries.set(JSON.stringify(CANARIES));
    const policy = () =>
      inForceOf(
        gatePolicy({
          bodies: { write: { limit: 1_000_000, json: { note: 'text' }, unknown: 'refuse' } },
          caps,
        }),
      );
    gate = new Gate(gateNeeds({ records: file, canaries, policy }));
    const [one, two] = [join(root, 'gate.sock'), join(root, 'bodies.sock')];
    servers = [await serveGate(gate, one), await serveBodies(gate, two)];
    proxies = [new FakeIronProxy(one), new FakeIronProxy(two)];
  });
  afterEach(async () => {
    for (const proxy of proxies) proxy.close();
    for (const server of servers) server.forceShutdown();
    await file.close();
  });

  /** Records and events, once the gate has looked. */
  async function trail() {
    await events.look();
    const text = existsSync(join(root, 'records.log'))
      ? readFileSync(join(root, 'records.log'), 'latin1')
      : '';
    for (const { values } of CANARIES)
      for (const each of values) expect(text.toLowerCase()).not.toContain(each.slice(0, 12).toLowerCase());
    return recordsIn(join(root, 'records.log'));
  }
  const seen = (records: Awaited<ReturnType<typeof trail>>) =>
    records.flatMap(({ event, detail }) =>
      event === 'canary-seen' ? `${detail.canary} ${detail.where}` : [],
    );

  test.each<[string, SentRequest, string]>([
    ['the host', { ...READ, host: `${AWS.toLowerCase()}.org`, sni: 'x.org' }, 'state-aws host'],
    ['the path', { ...READ, url: `/repos/${GITHUB}` }, 'state-github path'],
    ['the query', { ...READ, url: `/repos/a?${encodeURIComponent(base64(KEY))}=1` }, 'host-api-key query'],
    [
      'a header that is taken off',
      { ...READ, headers: { Authorization: `Basic ${base64(GITHUB)}` } },
      'state-github header authorization',
    ],
    [
      'a header of no rule',
      { ...READ, headers: { 'X-Note': `ghp_${GITHUB}` } },
      'state-github header x-note',
    ],
    ['the name of a header', { ...READ, headers: { [`X-${GITHUB}`]: '1' } }, 'state-github header'],
    ['the method', { ...READ, method: GITHUB }, 'state-github method'],
    ['a request of no rule', { url: `/${KEY}`, host: 'evil.example.org' }, 'host-api-key path'],
  ])('a canary in %s is refused, and recorded without its value', async (_, request, first) => {
    const answer = await proxies[0].request(request);
    expect(answer).toMatchObject({ passes: false, status: 403 });
    expect(answer.body).not.toMatch(/canary/);
    const records = await trail();
    expect(records[0]).toMatchObject({
      decision: 'refuse',
      by: 'canary',
      rule: null,
      canaries: [{ canary: first.split(' ')[0] }],
    });
    expect(seen(records)[0]).toBe(first);
    expect(new Watch().see(records.find(({ event }) => event === 'canary-seen'))).toMatchObject([
      { signal: 'canary-seen', key: first.split(' ')[0] },
    ]);
  });

  test('a judged body is searched, whatever else it says', async () => {
    const body = Buffer.from(JSON.stringify({ note: `take this: ${base64(KEY)}` }));
    const headers = { 'Content-Type': 'application/json', 'Content-Length': `${body.length}` };
    const request = { ...READ, method: 'PATCH', headers };
    expect(await proxies[0].request(request)).toMatchObject({ passes: true });
    const answer = await proxies[1].request({ ...request, body });
    expect(answer).toMatchObject({ passes: false, status: 403 });
    expect(answer.body).not.toMatch(/canary/);
    const records = await trail();
    expect(records[1]).toMatchObject({ record: 'end', end: 'refused', by: 'canary' });
    expect(seen(records)).toEqual(['host-api-key body']);
  });

  test('a flood of canaries is in the trail once an hour each, also where a cap leaves their records out', async () => {
    caps = { logMiB: { day: 0 } };
    for (let count = 0; count < 30; count += 1)
      await proxies[0].request({ ...READ, headers: { [`X-${count}`]: GITHUB, [`Y-${count}`]: AWS } });
    expect(seen(await trail()).sort()).toEqual(['state-aws header y-0', 'state-github header x-0']);
  });

  test('a connection whose TLS name holds one is recorded without it', async () => {
    const began = Date.now() - 5_000;
    gate.connectionEnded({
      remoteAddr: '127.0.0.1:9',
      name: `${AWS.toLowerCase()}.example.com`,
      began,
      in: 1,
      out: 1,
      ms: 1,
      end: '--',
    });
    const records = await trail();
    expect(records[0]).toMatchObject({ record: 'connection', name: '(a canary)' });
    expect(seen(records)).toEqual(['state-aws TLS name']);
  });

  test('requests of the agent pass with its placeholders, and with anything once there are no canaries', async () => {
    const headers = { Authorization: 'Bearer sk-ant-api03-placeholder', 'X-Note': `ghp_${'A'.repeat(36)}` };
    expect((await proxies[0].request({ ...READ, headers })).passes).toBe(true);
    canaries.set(undefined);
    expect((await proxies[0].request({ ...READ, headers: { 'X-Note': GITHUB } })).passes).toBe(true);
  });
});
