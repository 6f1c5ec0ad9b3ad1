import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { tendFront } from '../../lib/warden/front';
import { dnsConfig, frontConfig } from '../../lib/warden/front-files';
import { FakeBox } from './support/fake-box';

const SETTINGS = { connect: false, ...FRONT_LIMITS };
const OTHER = { ...SETTINGS, connections: 64 };
const [FRONT, DNS] = ['airlock-front.service', 'airlock-dns.service'];
const ADDRESS = '10.64.1.10';
const tend = (box: FakeBox, settings?: typeof SETTINGS) => tendFront(box, settings, ADDRESS);

/** A box on which a program refuses every configuration. */
async function boxWith(refuses: { now?: 'haproxy' | 'dnsmasq' }): Promise<FakeBox> {
  const box = await FakeBox.make();
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.file === refuses.now ? { status: 1, output: 'unknown keyword' } : run(command);
  return box;
}

test('every place of the configurations is filled in', () => {
  const text = frontConfig(SETTINGS) + dnsConfig(ADDRESS);
  expect(text).not.toMatch(/@|undefined|NaN/);
  expect(text).toContain('maxconn 512\n');
  expect(text).toContain(`\naddress=/#/${ADDRESS}\n`);
});

test('before a policy is known, only the DNS server runs', async () => {
  const box = await boxWith({});
  expect(await tend(box)).toEqual([]);
  expect(box.units).toEqual(new Set([DNS]));
});

test('starts each program once it has checked its configuration, and CONNECT only where it is wanted', async () => {
  const box = await boxWith({});
  expect(await tend(box, SETTINGS)).toEqual([]);
  expect(box.units).toEqual(new Set([FRONT, DNS]));
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
  expect(box.files.get(box.paths.front)).toBe(frontConfig(SETTINGS));
  expect(box.commands.filter((command) => command.startsWith('systemctl re'))).toEqual([]);
  refuses.now = undefined;
  expect(await tend(box, OTHER)).toEqual([]);
  expect(box.files.get(box.paths.front)).toBe(frontConfig(OTHER));
});

test.each([
  ['haproxy', FRONT, DNS],
  ['dnsmasq', DNS, FRONT],
] as const)('CAP-1 without a good configuration %s stays stopped', async (program, unit, other) => {
  const box = await boxWith({ now: program });
  expect(await tend(box, SETTINGS)).toMatchObject([
    { code: 'front-refused', detail: `${unit}: unknown keyword` },
  ]);
  expect(box.units).toEqual(new Set([other]));
});

test('a program that does not run is started again, and said when that fails', async () => {
  const box = await boxWith({});
  await tend(box, SETTINGS);
  box.units.clear();
  expect(await tend(box)).toEqual([]);
  expect(box.units).toEqual(new Set([FRONT, DNS]));
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.arguments.includes('is-active') ? { status: 3, output: '' } : run(command);
  expect(await tend(box)).toEqual([FRONT, DNS].map((detail) => ({ code: 'front-down', detail })));
});
