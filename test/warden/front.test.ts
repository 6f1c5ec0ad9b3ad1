import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import type { WardenEvent } from '../../lib/warden/events';
import { tendFront } from '../../lib/warden/front';
import { dnsConfig, frontConfig, quotaConfig } from '../../lib/warden/front-files';
import { eventRecord } from '../../lib/warden/gate/record';
import { tellRefusals } from '../../lib/warden/refusals';
import { Uploads } from '../../lib/warden/uploads';
import { Watch } from '../../lib/watch/watch';
import { FakeBox } from './support/fake-box';

const SETTINGS = { connect: false, ...FRONT_LIMITS };
const OTHER = { ...SETTINGS, connections: 64 };
const [QUOTA, FRONT, DNS] = ['airlock-quota.service', 'airlock-front.service', 'airlock-dns.service'];
const COUNT = 'airlock-quota-count.service';
const ADDRESS = '10.64.1.10';
const tend = (box: FakeBox, settings?: typeof SETTINGS, slot: 'a' | 'b' = 'a') =>
  tendFront(box, settings, slot, ADDRESS);

/** A box on which a program refuses every configuration. */
async function boxWith(refuses: { now?: 'haproxy' | 'dnsmasq' }): Promise<FakeBox> {
  const box = await FakeBox.make();
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.file === refuses.now ? { status: 1, output: 'unknown keyword' } : run(command);
  return box;
}

test('every place of the configurations is filled in', () => {
  const text = frontConfig(SETTINGS, 'a') + dnsConfig(ADDRESS) + quotaConfig(SETTINGS, 0);
  expect(text).not.toMatch(/@|undefined|NaN/);
  expect(text).toContain('maxconn 512\n');
  expect(text).toContain(`\naddress=/#/${ADDRESS}\n`);
});

test('before a policy is known, only the DNS server runs', async () => {
  const box = await boxWith({});
  expect(await tend(box)).toEqual([]);
  expect(box.units).toEqual(new Set([DNS, COUNT]));
});

test('starts each program once it has checked its configuration, and CONNECT only where it is wanted', async () => {
  const box = await boxWith({});
  expect(await tend(box, SETTINGS)).toEqual([]);
  expect(box.units).toEqual(new Set([QUOTA, FRONT, DNS, COUNT]));
  for (const [check, unit] of [
    ['haproxy -c ', FRONT],
    ['dnsmasq --test ', DNS],
  ]) {
    const checked = box.commands.findIndex((command) => command.startsWith(check as string));
    expect(checked).toBeGreaterThanOrEqual(0);
    expect(checked).toBeLessThan(box.commands.indexOf(`systemctl reload-or-restart ${unit}`));
  }
  await tend(box, { ...SETTINGS, connect: true });
  expect(box.units).toContain('airlock-connect.service');
  await tend(box, SETTINGS);
  expect(box.units).not.toContain('airlock-connect.service');
});

test('CAP-1 a configuration that HAProxy refuses changes nothing, is said, and is over with the next good one', async () => {
  const refuses: { now?: 'haproxy' } = {};
  const box = await boxWith(refuses);
  await tend(box, SETTINGS);
  refuses.now = 'haproxy';
  box.commands.length = 0;
  expect(await tend(box, OTHER)).toEqual([{ code: 'front-refused', detail: `${FRONT}: unknown keyword` }]);
  expect(box.files.get(box.paths.front)).toBe(frontConfig(SETTINGS, 'a'));
  expect(box.commands.filter((command) => command.startsWith('systemctl re'))).toEqual([]);
  refuses.now = undefined;
  expect(await tend(box, OTHER)).toEqual([]);
  expect(box.files.get(box.paths.front)).toBe(frontConfig(OTHER, 'a'));
});

test.each([
  ['haproxy', FRONT],
  ['dnsmasq', DNS],
] as const)('CAP-1 without a good configuration %s stays stopped', async (program, unit) => {
  const box = await boxWith({ now: program });
  expect(await tend(box, SETTINGS)).toMatchObject([
    { code: 'front-refused', detail: `${unit}: unknown keyword` },
  ]);
  expect(box.units).toEqual(new Set([QUOTA, FRONT, DNS, COUNT].filter((each) => each !== unit)));
});

test('a program that does not run is started again, and said when that fails', async () => {
  const box = await boxWith({});
  await tend(box, SETTINGS);
  box.units.clear();
  expect(await tend(box)).toEqual([]);
  expect(box.units).toEqual(new Set([QUOTA, FRONT, DNS, COUNT]));
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.arguments.includes('is-active') ? { status: 3, output: '' } : run(command);
  expect(await tend(box)).toEqual([QUOTA, FRONT, DNS].map((detail) => ({ code: 'front-down', detail })));
});

test('CAP-1 the limits of bytes come before the front, and count anew with each day and each change', async () => {
  const box = await boxWith({});
  await tend(box, SETTINGS);
  const loads = () =>
    box.commands.filter((command) => command === `systemctl reload-or-restart ${QUOTA}`).length;
  expect(box.commands.indexOf(`systemctl reload-or-restart ${QUOTA}`)).toBeLessThan(
    box.commands.indexOf(`systemctl reload-or-restart ${FRONT}`),
  );
  await tend(box, SETTINGS);
  expect(loads()).toBe(1);
  box.clock += 86_400_000;
  await tend(box, SETTINGS);
  expect(loads()).toBe(2);
  await tend(box, { ...SETTINGS, uploadMiBPerDay: 1 });
  expect(loads()).toBe(3);
  expect(box.files.get(box.paths.quota)).toContain('quota upload { over 1 mbytes }');
});

test('CAP-1 limits of bytes that the kernel refuses leave the last good ones in their file', async () => {
  const box = await boxWith({});
  await tend(box, SETTINGS);
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.arguments.includes('reload-or-restart') ? { status: 1, output: '' } : run(command);
  const before = box.files.get(box.paths.quota);
  expect(await tend(box, { ...SETTINGS, uploadMiBPerDay: 1 })).toEqual([
    { code: 'front-refused', detail: `${QUOTA}: its unit fails` },
  ]);
  expect(box.files.get(box.paths.quota)).toBe(before);
});

test.each([
  ['quota upload {\n\t\tover 10 mbytes used 10485759 bytes\n\t}\n', []],
  ['quota upload {\n\t\tover 10 mbytes used 10 mbytes\n\t}\n', ['upload']],
  [
    'quota upload {\n\t\tover 2 gbytes used 1 mbytes }\nquota download {\n\t\tover 1 mbytes used 1025 kbytes }',
    ['download'],
  ],
  ['', []],
])('CAP-1 says which bytes of the day are used up: %j', async (listed, names) => {
  const box = await boxWith({});
  await tend(box, SETTINGS);
  box.files.set(box.paths.quotasUsed, listed);
  const said = names.length > 0 ? [{ code: 'quota-used', detail: names.join() }] : [];
  expect(await tend(box, SETTINGS)).toEqual(said);
});

test('CAP-1 the front’s refusals are said as they grow, and once more after a reload that counts anew', async () => {
  const box = await boxWith({});
  const csv = (tls: number) =>
    `# pxname,svname,dcon,\ntls,FRONTEND,${tls},\niron_proxy,a,7,\nplaintext,FRONTEND,1,\n`;
  let seen: number | undefined;
  for (const body of [csv(0), csv(0), csv(40), csv(2), '']) {
    box.request = async () => ({ status: body === '' ? 0 : 200, body });
    seen = await tellRefusals(box, seen);
  }
  expect(seen).toBe(3);
  expect(box.log.map((line) => JSON.parse(line).detail)).toEqual(['1', '40', '3']);
});

test('leads new connections to the slot in force, also while the limits are unknown', async () => {
  const box = await boxWith({});
  await tend(box, SETTINGS);
  expect(await tend(box, undefined, 'b')).toEqual([]);
  expect(box.files.get(box.paths.front)).toBe(frontConfig(SETTINGS, 'b'));
  expect(frontConfig(SETTINGS, 'b')).toContain('server a 127.0.0.1:8444 source 127.0.0.2\n');
  expect(box.commands.filter((command) => command === `systemctl reload-or-restart ${FRONT}`)).toHaveLength(
    2,
  );
});

test('LOG-1 warden tells the trail once an hour that more than the limit was sent, also on connections that are open', async () => {
  const box = await boxWith({});
  const told: WardenEvent[] = [];
  const uploads = new Uploads(box, { tell: (event) => void told.push(event) });
  const sent = (used: string) =>
    box.files.set(box.paths.quotasUsed, `quota upload {\n\t\tover 10 gbytes used ${used}\n\t}\n`);
  await uploads.look();
  for (const used of ['500 mbytes', '501 mbytes', '900 mbytes']) {
    sent(used);
    await uploads.look();
  }
  expect(told).toEqual([{ event: 'bytes-sent', detail: { mib: 501 } }]);
  box.clock += 3_600_000;
  box.files.set(box.paths.gatePolicy, JSON.stringify({ policy: { watch: { 'bytes-out': 2000 } } }));
  await uploads.look();
  sent('2 gbytes');
  await uploads.look();
  expect(told.slice(1)).toEqual([{ event: 'bytes-sent', detail: { mib: 2048 } }]);
  const record = JSON.parse(eventRecord('scout', told[1] as WardenEvent, box.clock));
  expect(new Watch(() => 2000).see(record)).toMatchObject([{ signal: 'bytes-out', count: 1 }]);
  expect(new Watch(() => 2048).see(record)).toEqual([]);
});
