import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { tendFront } from '../../lib/warden/front';
import { frontConfig } from '../../lib/warden/front-files';
import { FakeBox } from './support/fake-box';

const SETTINGS = { connect: false, ...FRONT_LIMITS };
const OTHER = { ...SETTINGS, connections: 64 };

/** A box whose HAProxy refuses every configuration while `refuses` is true. */
async function boxWith(refuses: { now: boolean }): Promise<FakeBox> {
  const box = await FakeBox.make();
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.file === 'haproxy' && refuses.now ? { status: 1, output: 'unknown keyword' } : run(command);
  return box;
}

test('every place of the configuration is filled in with a number', () => {
  const text = frontConfig(SETTINGS);
  expect(text).not.toMatch(/@|undefined|NaN/);
  expect(text).toContain('maxconn 512\n');
});

test('nothing runs before a policy is known', async () => {
  const box = await boxWith({ now: false });
  expect(await tendFront(box, undefined)).toBeUndefined();
  expect(box.units).toEqual(new Set());
});

test('starts the front once HAProxy has checked its configuration, and CONNECT only where it is wanted', async () => {
  const box = await boxWith({ now: false });
  expect(await tendFront(box, SETTINGS)).toBeUndefined();
  expect(box.units).toEqual(new Set(['airlock-front.service']));
  const checked = box.commands.findIndex((command) => command.startsWith('haproxy -c '));
  expect(checked).toBeGreaterThanOrEqual(0);
  expect(checked).toBeLessThan(box.commands.findIndex((command) => command.includes('reload-or-restart')));
  await tendFront(box, { ...SETTINGS, connect: true });
  expect(box.units).toContain('airlock-connect.service');
  await tendFront(box, SETTINGS);
  expect(box.units).not.toContain('airlock-connect.service');
});

test('CAP-1 a configuration that HAProxy refuses changes nothing, is said, and is over with the next good one', async () => {
  const refuses = { now: false };
  const box = await boxWith(refuses);
  await tendFront(box, SETTINGS);
  refuses.now = true;
  box.commands.length = 0;
  expect(await tendFront(box, OTHER)).toEqual({ code: 'front-refused', detail: 'unknown keyword' });
  expect(box.files.get(box.paths.front)).toBe(frontConfig(SETTINGS));
  expect(box.commands.filter((command) => command.startsWith('systemctl re'))).toEqual([]);
  refuses.now = false;
  expect(await tendFront(box, OTHER)).toBeUndefined();
  expect(box.files.get(box.paths.front)).toBe(frontConfig(OTHER));
});

test('CAP-1 without a good configuration the front stays stopped', async () => {
  const box = await boxWith({ now: true });
  expect(await tendFront(box, SETTINGS)).toMatchObject({ code: 'front-refused' });
  expect(box.units).toEqual(new Set());
  expect(box.files.has(box.paths.front)).toBe(false);
});

test('a front that does not run is started again, and said when that fails', async () => {
  const box = await boxWith({ now: false });
  await tendFront(box, SETTINGS);
  box.units.clear();
  expect(await tendFront(box, undefined)).toBeUndefined();
  expect(box.units).toContain('airlock-front.service');
  const run = box.run.bind(box);
  box.run = async (command) =>
    command.arguments.includes('is-active') ? { status: 3, output: '' } : run(command);
  expect(await tendFront(box, undefined)).toMatchObject({ code: 'front-down' });
});
