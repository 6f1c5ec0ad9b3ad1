import type { Edit } from './hermes/host';
import { refused } from './hermes/outcome';
import { describeWithUv, Scene } from './hermes/scene';

/** What hermes-install.test.ts checks is seen to fail when the line that makes it hold is taken out. */
describeWithUv('the installation of hermes, without', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = new Scene();
    await scene.open();
  }, 120_000);
  afterEach(() => scene.heal());
  afterAll(() => scene?.close());

  test('its pins: a later commit, another uv and another package get in', async () => {
    scene.tamper('uv', 'chatlib');
    const scout = scene.host(scene.commits.pinned, [
      [`hermes-agent.git ${scene.commits.pinned}`, 'hermes-agent.git main'],
      [`checkout -q ${scene.commits.pinned}`, 'checkout -q FETCH_HEAD'],
      [/ --hash=sha256:\w+/, ''],
      ['--require-hashes -r', '-r'],
      ['uv export -q', 'uv export -q --no-hashes'],
    ]);
    await scout.start();
    expect(await scout.agent()).toMatchObject({ output: 'a later commit\n' });
    expect(scout.machine.read('/opt/agent/current/site/chatlib.py')).toContain('other');
  }, 60_000);

  test('the address of Python, and its word: it asks a host that no rule opens, and says no reason', async () => {
    scene.tamper('python');
    const edits: Edit[] = [
      [/ \\\n +--mirror \S+/, ''],
      ['uv python install', 'uv python install -q'],
    ];
    await refused(scene.host(scene.commits.pinned, edits), /^airlock: hermes/);
    expect(scene.door.refused).toContainEqual(expect.stringMatching(/^GET https:\/\/releases\.astral\.sh\//));
  }, 120_000);

  test('the lock file alone: a mirror without dates has nothing to install', async () => {
    await refused(
      scene.host(scene.commits.pinned, [
        ['--no-config ', ''],
        [/--no-deps (.* -r locked)/, '$1'],
      ]),
      /exclude-newer|no version/,
    );
  }, 60_000);

  test('the limit to wheels: a package builds itself, as root', async () => {
    await scene.host(scene.commits.unbuilt, [[/--only-binary :all: (.* -r locked)/, '$1']]).start();
    expect(scene.isBuilt).toBe(true);
  }, 60_000);

  test('what removes links and locks: links lead nowhere, and anybody may change files', async () => {
    const scout = scene.host(scene.commits.pinned, [
      ['--no-bin ', ''],
      [' ./*/.lock python/cpython-?.??-*', ''],
    ]);
    expect(await scout.start()).toMatchObject({ status: 0 });
    expect(scout.flaws).toEqual(
      expect.arrayContaining([
        '.local/bin/python3.14',
        expect.stringMatching(/^python\/cpython-3\.14-linux-/),
        'python/.lock',
        'site/.lock',
      ]),
    );
  }, 60_000);
});
