import { describeWithUv, Environment } from './hermes/environment';
import type { Edit } from './hermes/host';
import { refused } from './hermes/outcome';

/** The checks of hermes-install.test.ts must fail when the line that makes them hold is removed. */
describeWithUv('the installation of hermes, without', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = new Environment();
    await environment.open();
  });
  afterEach(() => environment.heal());
  afterAll(() => environment?.close());

  test('its pins: a later commit, a different uv and a different package are installed', async () => {
    environment.tamper('uv', 'chatlib');
    const scout = environment.host(environment.commits.pinned, [
      [`hermes-agent.git ${environment.commits.pinned}`, 'hermes-agent.git main'],
      [`checkout -q ${environment.commits.pinned}`, 'checkout -q FETCH_HEAD'],
      [/ --hash=sha256:\w+/, ''],
      ['--require-hashes -r', '-r'],
      ['uv export -q', 'uv export -q --no-hashes'],
    ]);
    await scout.start();
    expect(await scout.agent()).toMatchObject({ output: 'a later commit\n' });
    expect(scout.machine.read('/opt/agent/current/site/chatlib.py')).toContain('other');
  });

  test('the address of Python and its messages: it requests a host without a rule, and gives no reason', async () => {
    environment.tamper('python');
    const edits: Edit[] = [
      [/ \\\n +--mirror \S+/, ''],
      ['uv python install', 'uv python install -q'],
    ];
    await refused(environment.host(environment.commits.pinned, edits), /^airlock: hermes/);
    expect(environment.internet.refused).toContainEqual(
      expect.stringMatching(/^GET https:\/\/releases\.astral\.sh\//),
    );
  });

  test('the restriction to the lock file: a mirror without dates has nothing to install', async () => {
    await refused(
      environment.host(environment.commits.pinned, [
        ['--no-config ', ''],
        [/--no-deps (.* -r locked)/, '$1'],
      ]),
      /exclude-newer|no version/,
    );
  });

  test('the restriction to wheels: a package builds itself as root', async () => {
    await environment
      .host(environment.commits.unbuilt, [[/--only-binary :all: (.* -r locked)/, '$1']])
      .start();
    expect(environment.isBuilt).toBe(true);
  });

  test('the removal of links and locks: links are broken, and everybody may change files', async () => {
    const scout = environment.host(environment.commits.pinned, [
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
  });
});
