import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { RUNTIMES } from '../../constructs/agent-host/runtimes';
import { HERMES } from '../../constructs/agent-host/runtimes/pinned';
import type { Host } from './hermes/host';
import { INSTALLED, refused } from './hermes/outcome';
import { describeWithUv, Scene } from './hermes/scene';
import { INDEX } from './hermes/team';

/**
 * The shipped installation of Hermes, run as the machine runs it, with the real git, pip and uv, through a door that
 * judges every request by the presets it is shipped with. Hermes' repository, the archive of Python and all packages
 * but uv are stand-ins. So the pinned commit is another, and uv is told another digest of Python; nothing else of the
 * installation is changed.
 */
describeWithUv('the shipped installation of hermes', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = new Scene();
    await scene.open();
  }, 120_000);
  afterAll(() => scene?.close());

  describe('ends with', () => {
    let scout: Host;
    let asked: string[];
    beforeAll(async () => {
      scout = scene.host();
      expect(await scout.start()).toEqual(INSTALLED);
      asked = [...scene.door.passed];
      expect(scene.door.refused).toEqual([]);
    }, 120_000);
    afterAll(() => scene.heal());

    test('the repository at the pinned commit, though it has a later one', () => {
      const current = join(scout.machine.root, 'opt/agent/current');
      const head = execFileSync('git', ['-C', current, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
      expect(head.trim()).toBe(scene.commits.pinned);
      expect(execFileSync('git', ['-C', current, 'status', '--short', '-uno'], { encoding: 'utf8' })).toBe(
        '',
      );
    });

    test('the packages of the lock file for Linux and these extras, and no other', () => {
      expect(scout.list('site').filter((name) => name.endsWith('.dist-info'))).toEqual([
        'chatlib-1.0.dist-info',
        'corelib-1.0.dist-info',
        'forklib-1.0.dist-info',
        'modellib-1.0.dist-info',
        // Another than corelib's own metadata wants: the lock file says so.
        'sharedlib-2.0.dist-info',
      ]);
    });

    test('one version, and nothing in it that leads elsewhere or that anybody may change', () => {
      expect(scout.versions).toEqual([expect.stringMatching(/^hermes-[\d.]+-[0-9a-f]{12}$/)]);
      expect(scout.flaws).toEqual([]);
      expect(scout.list('.').filter((name) => ['uv', '.cache', '.local'].includes(name))).toEqual([]);
    });

    test('a program that starts as the agent with its own Python and packages, though the directory was renamed', async () => {
      const versions = { chatlib: '1.0', corelib: '1.0', forklib: '1.0', modellib: '1.0', sharedlib: '2.0' };
      const [cpython = ''] = scout.list('python').filter((name) => name.startsWith('cpython-'));
      const python = join(scout.machine.root, 'opt/agent/current/python', cpython, 'bin/python3');
      const said = async (...words: string[]) => JSON.parse((await scout.agent(...words)).output);
      expect(await said()).toEqual({ arguments: ['-p', 'default', 'gateway', 'run'], versions, python });
      const pairing = { arguments: ['-p', 'default', 'pairing', 'list'], versions, python };
      expect(await said('pairing', 'list')).toEqual(pairing);
      expect(await scout.agent('check')).toEqual({ status: 0, output: '' });
    });

    test('every request announced, and every announcement requested', () => {
      const announced = RUNTIMES.hermes.fetches.map(({ from, method = 'GET', path }) => {
        const start = `${method} ${from === 'pypi' ? INDEX : `https://${from}`}${path}`;
        return (line: string) => (start.endsWith('*') ? line.startsWith(start.slice(0, -1)) : line === start);
      });
      expect(asked.filter((line) => !announced.some((covers) => covers(line)))).toEqual([]);
      expect(announced.filter((covers) => !asked.some(covers))).toEqual([]);
      expect(asked.length).toBeGreaterThan(10);
    });

    test('nothing to fetch at the next start', async () => {
      scene.door.passed.length = 0;
      expect(await scout.start()).toEqual({ status: 0, output: '' });
      expect(scene.door.passed).toEqual([]);
    });
  });

  describe('refuses, says why, and leaves nothing to start, when', () => {
    afterEach(() => scene.heal());

    test('the repository does not have the pinned commit', async () => {
      await refused(scene.host(HERMES.commit.replace(/./g, '0')), /not our ref 0{40}/);
    }, 60_000);

    test('a package is another than the one that is locked', async () => {
      scene.tamper('chatlib');
      await refused(scene.host(), /Hash mismatch for `chatlib==1.0`/);
    }, 60_000);

    test('uv is another than the one that is pinned', async () => {
      scene.tamper('uv');
      await refused(scene.host(), /do not match the hashes/i);
    }, 60_000);

    test('Python is another than the one that uv knows', async () => {
      scene.tamper('python');
      await refused(scene.host(), /Hash mismatch for `cpython-/);
    }, 60_000);

    test('a package would have to be built, and runs nothing of it', async () => {
      await refused(scene.host(scene.commits.unbuilt), /builtlib/);
      expect(scene.isBuilt).toBe(false);
    }, 60_000);

    test('an extra is no longer there', async () => {
      await refused(scene.host(scene.commits.without), /messaging/);
    }, 60_000);
  });

  describe('stays whole or nothing:', () => {
    afterEach(() => scene.heal());

    test('a project file that is ahead of its lock file changes nothing: what is locked is installed', async () => {
      const scout = scene.host(scene.commits.ahead);
      expect(await scout.start()).toEqual(INSTALLED);
      expect(JSON.parse((await scout.agent()).output).versions.corelib).toBe('1.0');
      expect(scout.list('site')).not.toContain('voicelib.py');
    }, 60_000);

    test('what can come right is said and tried again, and nothing is installed before all of it is right', async () => {
      const faults: readonly [RegExp, number | 'half', RegExp][] = [
        [/\/info\/refs$/, 403, /error: 403/],
        [/\/packages\/uv-/, 404, /404 Client Error/],
        [/\/github-production-release-asset\//, 'half', /Failed to .*cpython-/],
        [/\/simple\/corelib\//, 403, /403 Forbidden/],
        [/\/packages\/corelib-/, 404, /404 Not Found/],
      ];
      const scout = scene.host(scene.commits.pinned, [], faults.length);
      const installed: boolean[] = [];
      scene.upstream.fault = (url) => {
        const [address, wrong] = faults[scout.pauses] ?? [];
        if (!address?.test(url.pathname)) return undefined;
        installed.push(scout.isInstalled);
        return wrong;
      };
      const { status, output } = await scout.start();
      const tries = output.split(/^.* is not installed, the agent stays off: trying again in \d+ s\n/m);
      expect(tries).toHaveLength(faults.length + 1);
      for (const [index, [, , reason]] of faults.entries()) expect(tries[index]).toMatch(reason);
      expect(new Set(installed)).toEqual(new Set([false]));
      expect({ status, output: tries.at(-1) }).toEqual(INSTALLED);
      expect(scout.isInstalled).toBe(true);
    }, 200_000);

    test('an installation that is cut off halfway leaves no version, and is made anew', async () => {
      const scout = scene.host();
      const { status } = await scout.start((kill) => {
        scene.upstream.fault = (url) => {
          if (!url.pathname.startsWith('/packages/corelib-')) return undefined;
          kill();
          return 'silence';
        };
      });
      expect(status).toBeNull();
      expect(scout.versions).toEqual(['new']);
      expect(scout.isInstalled).toBe(false);
      scene.upstream.heal();
      expect(await scout.start()).toEqual(INSTALLED);
      expect(scout.versions).toEqual([expect.stringMatching(/^hermes-/)]);
      expect(scout.flaws).toEqual([]);
    }, 120_000);
  });

  test('uv knows the pinned Python for Debian on arm64, at a path that the mirror has', () => {
    const every = ['--all-versions', '--all-platforms', '--all-arches', '--output-format', 'json'];
    const list = JSON.parse(
      execFileSync(scene.uv, ['python', 'list', '--offline', '--only-downloads', ...every, HERMES.python], {
        encoding: 'utf8',
        env: { HOME: '/nonexistent' },
      }),
    );
    const [{ url = '' } = {}] = list.filter(
      ({ key }: { key: string }) => key === `cpython-${HERMES.python}-linux-aarch64-gnu`,
    );
    expect(url).toMatch(/\/python-build-standalone\/releases\/download\/\d+\/cpython-/);
  });
});
