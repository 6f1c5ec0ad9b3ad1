import { NOTHING, pass } from '../../lib/warden/pass';
import { BOX, FakeBox, NEXT_RELEASE } from './support/fake-box';
import { bundleText, sha256 } from './support/policy';
import { codes, settled } from './support/settled';

const [OLD, NEW] = ['2023.9.20251105', '2023.10.20260202'];
const amazonLinux = { release: NEW, day: 'sunday', hour: 4 };
const runs = (box: FakeBox, release: string) =>
  box.files.set(
    box.paths.osRelease,
    `NAME="Amazon Linux"\nVERSION="2023"\nPRETTY_NAME="Amazon Linux ${release}"\n`,
  );
const WINDOW = Date.parse('2026-11-22T04:10:00Z');
const START = 'systemctl start --no-block airlock-system-upgrade.service';

/** A box that has served for a while, on an older release than is wanted. */
async function outdated() {
  const { box, result } = await settled();
  runs(box, OLD);
  box.deploy(bundleText(), { amazonLinux });
  return { box, memory: (await pass(box, BOX, result.memory)).memory };
}

describe('the release of Amazon Linux in the manifest', () => {
  test('is left alone until the window, then handed to the upgrade unit', async () => {
    const { box, memory } = await outdated();
    expect(box.files.has(box.paths.systemUpgrade)).toBe(false);
    box.clock = WINDOW;
    await pass(box, BOX, memory);
    expect(box.files.get(box.paths.systemUpgrade)).toBe(`${NEW}\n${OLD}\n`);
    expect(box.commands).toContain(START);
    expect(box.log.join('\n')).toContain(`from ${OLD} to ${NEW}`);
  });

  test('is taken at once by a box that has never served', async () => {
    const box = await FakeBox.make();
    runs(box, OLD);
    box.deploy(bundleText(), { amazonLinux });
    const { health } = await pass(box, BOX, NOTHING);
    expect(health.healthy).toBe(true);
    expect(box.files.get(box.paths.systemUpgrade)).toBe(`${NEW}\n${OLD}\n`);
  });

  test.each([
    ['a word', { ...amazonLinux, release: 'latest' }],
    ['more than a release', { ...amazonLinux, release: `${NEW}\n--nogpgcheck` }],
    ['a day that is none', { ...amazonLinux, day: 'Sunday' }],
    ['an hour that is none', { ...amazonLinux, hour: 24 }],
    ['a list', [NEW]],
  ])('changes nothing when it is %s', async (_, wrong) => {
    const { box, memory } = await outdated();
    box.deploy(bundleText(), { amazonLinux: wrong });
    box.clock = WINDOW;
    const result = await pass(box, BOX, memory);
    expect(codes(result)).toEqual(['manifest-invalid']);
    expect(box.files.has(box.paths.systemUpgrade)).toBe(false);
    expect(box.process).toBeDefined();
  });

  test('waits while the kit changes its own software, and the other way round', async () => {
    const { box, memory } = await outdated();
    box.clock = WINDOW;
    box.files.set(box.paths.upgrade, `${sha256('x')}\n${BOX.warden}\n`);
    await pass(box, BOX, memory);
    expect(box.files.has(box.paths.systemUpgrade)).toBe(false);
    box.files.delete(box.paths.upgrade);
    const moving = await pass(box, BOX, memory);
    expect(box.files.has(box.paths.systemUpgrade)).toBe(true);
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    const warden = { bucket: 'assets', key: 'warden.cjs', sha256: sha256('warden two') };
    box.deploy(bundleText(), { amazonLinux, warden, ironProxy: NEXT_RELEASE });
    await pass(box, BOX, moving.memory);
    expect(box.files.has(box.paths.upgrade)).toBe(false);
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
  });

  test('is proven by a warden that sees its box no worse than before', async () => {
    const { box, memory } = await outdated();
    box.clock = WINDOW;
    await pass(box, BOX, memory);
    expect(box.files.has(box.paths.systemSound)).toBe(false);
    box.reboot();
    runs(box, NEW);
    box.refuses = () => 'cannot start';
    for (const _ of [1, 2]) await pass(box, BOX, NOTHING);
    expect(box.files.has(box.paths.systemSound)).toBe(false);
    box.refuses = () => undefined;
    await pass(box, BOX, NOTHING);
    expect(box.files.get(box.paths.systemSound)).toBe(`${NEW}\n`);
  });

  test('may move a box that was ill before', async () => {
    const { box, memory } = await outdated();
    box.deploy(bundleText(), { amazonLinux, ironProxy: undefined });
    box.clock = WINDOW;
    await pass(box, BOX, memory);
    box.reboot();
    runs(box, NEW);
    await pass(box, BOX, NOTHING);
    expect(box.files.get(box.paths.systemSound)).toBe(`${NEW}\n`);
  });

  test('that was undone counts against health, and is tried again only after another', async () => {
    const { box, memory } = await outdated();
    box.files.set(box.paths.badRelease, `${NEW}\n`);
    box.clock = WINDOW;
    const result = await pass(box, BOX, memory);
    expect(codes(result)).toEqual(['system-rolled-back']);
    expect(result.health.healthy).toBe(false);
    expect(box.files.has(box.paths.systemUpgrade)).toBe(false);
    box.deploy(bundleText(), { amazonLinux: { ...amazonLinux, release: '2023.10.20260301' } });
    await pass(box, BOX, result.memory);
    expect(box.files.get(box.paths.systemUpgrade)).toBe(`2023.10.20260301\n${OLD}\n`);
    expect(box.files.has(box.paths.badRelease)).toBe(false);
  });

  test('counts against health once a window passed without it', async () => {
    const { box, memory } = await outdated();
    box.clock = WINDOW + 3_600_000;
    expect(codes(await pass(box, BOX, memory))).toEqual(['system-outdated']);
  });
});

test('a system that could neither be finished nor undone keeps the ports closed, whatever is deployed', async () => {
  const { box, memory } = await outdated();
  box.files.set(box.paths.systemBroken, `${NEW}\n`);
  for (const reboot of [false, true]) {
    if (reboot) box.reboot();
    const result = await pass(box, BOX, reboot ? NOTHING : memory);
    expect(codes(result)).toEqual(['system-broken']);
    expect(result.health.healthy).toBe(false);
    expect(box.process).toBeUndefined();
  }
});
