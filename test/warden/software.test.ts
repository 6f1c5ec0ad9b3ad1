import { NOTHING, pass } from '../../lib/warden/pass';
import { BOX, FakeBox, NEXT_RELEASE, RELEASE, SELF } from './support/fake-box';
import { bundleText, sha256 } from './support/policy';
import { codes, MINUTE, settled } from './support/settled';

describe('iron-proxy from the manifest', () => {
  test('a newer one takes over, and the older one is cleared away', async () => {
    const { box, poll } = await settled();
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    let last = await poll();
    expect(last.health.healthy).toBe(true);
    expect(box.process?.binary).toMatch(/^0\.51\.0-/);
    last = await poll();
    expect((await box.list(box.paths.ironProxy)).filter((name) => name.startsWith('0.50'))).toEqual([]);
  });

  test('an archive with the wrong digest is never unpacked', async () => {
    const { box, poll } = await settled();
    box.objects.set(NEXT_RELEASE.url, 'something else');
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    const next = await poll();
    expect(codes(next)).toEqual(['iron-proxy-unavailable']);
    expect(box.commands.join()).not.toContain('tar -x');
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
  });

  test('one that is not the version it should be is never run as iron-proxy', async () => {
    const { box, poll } = await settled();
    box.deploy(bundleText(), { ironProxy: { ...NEXT_RELEASE, version: '0.52.0' } });
    const next = await poll();
    expect(codes(next)).toEqual(['iron-proxy-unavailable']);
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
  });

  test('one that does not become healthy is rolled back, remembered, and not tried until the manifest changes', async () => {
    const { box, poll } = await settled();
    box.refuses = (_, binary) => (binary.startsWith('0.51') ? 'cannot start' : undefined);
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    let last = await poll();
    expect(codes(last)).toEqual(['iron-proxy-rolled-back']);
    expect(last.health.reasons[0]?.detail).toContain('cannot start');
    expect(last.health.healthy).toBe(false);
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
    box.commands.length = 0;
    box.reboot();
    last = await poll(NOTHING);
    expect(codes(last)).toEqual(['iron-proxy-rolled-back']);
    expect(box.commands.join()).not.toContain('tar -x');
    box.deploy(bundleText(), { ironProxy: RELEASE });
    last = await poll();
    expect(last.health.healthy).toBe(true);
    box.refuses = () => undefined;
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    last = await poll();
    expect(last.health.healthy).toBe(true);
    expect(box.process?.binary).toMatch(/^0\.51\.0-/);
  });
});

describe('warden from the manifest', () => {
  const NEXT = sha256('warden two');
  const wanted = { warden: { bucket: 'assets', key: 'warden.cjs', sha256: NEXT } };

  test('is fetched, verified and handed to the upgrade unit', async () => {
    const { box, poll } = await settled();
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    box.deploy(bundleText(), wanted);
    await poll();
    expect(box.files.get(box.paths.upgrade)).toBe(`${NEXT}\n${SELF}\n`);
    expect(box.files.get(`${box.paths.wardens}/${NEXT}/warden.cjs`)).toBe('warden two');
    expect(box.commands).toContain('systemctl start --no-block airlock-upgrade.service');
  });

  test.each([
    ['with the wrong digest', 'warden three', /digest/],
    ['that may not be read', undefined, /AccessDenied/],
  ])('%s stays where it is', async (_, content, detail) => {
    const { box, poll } = await settled();
    if (content !== undefined) box.objects.set('s3://assets/warden.cjs', content);
    box.deploy(bundleText(), wanted);
    const next = await poll();
    expect(codes(next)).toEqual(['warden-unavailable']);
    expect(next.health.reasons[0]?.detail).toMatch(detail);
    expect(box.files.has(box.paths.upgrade)).toBe(false);
    expect(await box.list(box.paths.wardens)).toEqual([]);
  });

  test('that was rolled back is not fetched again until the manifest names another', async () => {
    const { box, poll } = await settled();
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    box.files.set(box.paths.badWarden, `${NEXT}\n`);
    box.deploy(bundleText(), wanted);
    let last = await poll();
    expect(codes(last)).toEqual(['warden-rolled-back']);
    expect(box.files.has(box.paths.upgrade)).toBe(false);
    box.deploy(bundleText());
    last = await poll();
    expect(last.health.healthy).toBe(true);
    box.deploy(bundleText(), wanted);
    await poll();
    expect(box.files.has(box.paths.upgrade)).toBe(true);
  });

  test('proves itself only while it sees the box no worse than the one before did', async () => {
    const { box } = await settled();
    box.files.set(box.paths.upgrade, `${NEXT}\n${SELF}\n`);
    box.deploy(bundleText(), wanted);
    box.refuses = () => 'bad';
    box.processes.clear();
    box.links.set(box.paths.wardenCurrent, NEXT);
    let last = await pass(box, { ...BOX, warden: NEXT }, NOTHING);
    // Its own earlier words must not become the measure.
    for (const _ of [1, 2]) last = await pass(box, { ...BOX, warden: NEXT }, last.memory);
    expect(last.health.healthy).toBe(false);
    expect(box.files.has(box.paths.sound)).toBe(false);
    box.refuses = () => undefined;
    box.clock += 3 * MINUTE;
    await pass(box, { ...BOX, warden: NEXT }, last.memory);
    expect(box.files.get(box.paths.sound)).toBe(`${NEXT}\n`);
  });

  test('may take over on a box that was ill before', async () => {
    const box = await FakeBox.make();
    box.deploy(bundleText(), { ...wanted, ironProxy: undefined });
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    await pass(box, BOX, NOTHING);
    box.links.set(box.paths.wardenCurrent, NEXT);
    await pass(box, { ...BOX, warden: NEXT }, NOTHING);
    expect(box.files.get(box.paths.sound)).toBe(`${NEXT}\n`);
  });
});
