import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { RUNTIMES } from '../../constructs/agent-host/runtimes';
import { HERMES } from '../../constructs/agent-host/runtimes/pinned';
import { describeWithUv, Environment } from './hermes/environment';
import type { Host } from './hermes/host';
import { INSTALLED, refused } from './hermes/outcome';
import { INDEX } from './hermes/team';

/**
 * The shipped installation of Hermes with the real git, pip and uv. Every request is judged by the shipped presets.
 * Hermes' repository, Python's archive and all packages except uv are stand-ins, so the pinned commit and the digest of
 * Python are those of the stand-ins; nothing else of the installation is changed.
 */
describeWithUv('the shipped installation of hermes', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = new Environment();
    await environment.open();
  });
  afterAll(() => environment?.close());

  describe('ends with', () => {
    let scout: Host;
    let asked: string[];
    beforeAll(async () => {
      scout = environment.host();
      expect(await scout.start()).toEqual(INSTALLED);
      asked = [...environment.internet.passed];
      expect(environment.internet.refused).toEqual([]);
    });
    afterAll(() => environment.heal());

    test('the repository at the pinned commit, although there is a later one', () => {
      const current = join(scout.machine.root, 'opt/agent/current');
      const head = execFileSync('git', ['-C', current, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
      expect(head.trim()).toBe(environment.commits.pinned);
      expect(execFileSync('git', ['-C', current, 'status', '--short', '-uno'], { encoding: 'utf8' })).toBe(
        '',
      );
    });

    test('the packages of the lock file for Linux and these extras alone', () => {
      expect(scout.list('site').filter((name) => name.endsWith('.dist-info'))).toEqual([
        'chatlib-1.0.dist-info',
        'corelib-1.0.dist-info',
        'forklib-1.0.dist-info',
        'modellib-1.0.dist-info',
        // From the lock file; corelib's own metadata wants another version.
        'sharedlib-2.0.dist-info',
      ]);
    });

    test('one version, without links out of it and without files that everybody may change', () => {
      expect(scout.versions).toEqual([expect.stringMatching(/^hermes-[\d.]+-[0-9a-f]{12}$/)]);
      expect(scout.flaws).toEqual([]);
      expect(scout.list('.').filter((name) => ['uv', '.cache', '.local'].includes(name))).toEqual([]);
    });

    test('a program that the agent starts with its own Python and packages, after the directory was renamed', async () => {
      const versions = { chatlib: '1.0', corelib: '1.0', forklib: '1.0', modellib: '1.0', sharedlib: '2.0' };
      const [cpython = ''] = scout.list('python').filter((name) => name.startsWith('cpython-'));
      const python = join(scout.machine.root, 'opt/agent/current/python', cpython, 'bin/python3');
      const said = async (...words: string[]) => JSON.parse((await scout.agent(...words)).output);
      expect(await said()).toEqual({ arguments: ['-p', 'default', 'gateway', 'run'], versions, python });
      const pairing = { arguments: ['-p', 'default', 'pairing', 'list'], versions, python };
      expect(await said('pairing', 'list')).toEqual(pairing);
      expect(await scout.agent('check')).toEqual({ status: 0, output: '' });
    });

    test('exactly the requests that the runtime lists', () => {
      const announced = RUNTIMES.hermes.fetches.map(({ from, method = 'GET', path }) => {
        const start = `${method} ${from === 'pypi' ? INDEX : `https://${from}`}${path}`;
        return (line: string) => (start.endsWith('*') ? line.startsWith(start.slice(0, -1)) : line === start);
      });
      expect(asked.filter((line) => !announced.some((covers) => covers(line)))).toEqual([]);
      expect(announced.filter((covers) => !asked.some(covers))).toEqual([]);
      expect(asked.length).toBeGreaterThan(10);
    });

    test('no request at the next start', async () => {
      environment.internet.passed.length = 0;
      expect(await scout.start()).toEqual({ status: 0, output: '' });
      expect(environment.internet.passed).toEqual([]);
    });
  });

  describe('fails with a reason and installs nothing when', () => {
    afterEach(() => environment.heal());

    test('the repository does not have the pinned commit', async () => {
      await refused(environment.host(HERMES.commit.replace(/./g, '0')), /not our ref 0{40}/);
    });

    test('a package differs from the locked one', async () => {
      environment.tamper('chatlib');
      await refused(environment.host(), /Hash mismatch for `chatlib==1.0`/);
    });

    test('uv differs from the pinned one', async () => {
      environment.tamper('uv');
      await refused(environment.host(), /do not match the hashes/i);
    });

    test('Python differs from the one that uv knows', async () => {
      environment.tamper('python');
      await refused(environment.host(), /Hash mismatch for `cpython-/);
    });

    test('a package would have to be built; none of its code runs', async () => {
      await refused(environment.host(environment.commits.unbuilt), /builtlib/);
      expect(environment.isBuilt).toBe(false);
    });

    test('an extra is missing', async () => {
      await refused(environment.host(environment.commits.without), /messaging/);
    });
  });

  describe('installs all or nothing:', () => {
    afterEach(() => environment.heal());

    test('if the project file is newer than the lock file, the locked packages are installed', async () => {
      const scout = environment.host(environment.commits.ahead);
      expect(await scout.start()).toEqual(INSTALLED);
      expect(JSON.parse((await scout.agent()).output).versions.corelib).toBe('1.0');
      expect(scout.list('site')).not.toContain('voicelib.py');
    });

    test('transient failures are logged and retried, and nothing is installed before all of it is correct', async () => {
      const faults: readonly [RegExp, number | 'half', RegExp][] = [
        [/\/info\/refs$/, 403, /error: 403/],
        [/\/packages\/uv-/, 404, /404 Client Error/],
        [/\/github-production-release-asset\//, 'half', /Failed to .*cpython-/],
        [/\/simple\/corelib\//, 403, /403 Forbidden/],
        [/\/packages\/corelib-/, 404, /404 Not Found/],
      ];
      const scout = environment.host(environment.commits.pinned, [], faults.length);
      const installed: boolean[] = [];
      environment.upstream.fault = (url) => {
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
    });

    test('an interrupted installation leaves no version and starts again', async () => {
      const scout = environment.host();
      const { status } = await scout.start((kill) => {
        environment.upstream.fault = (url) => {
          if (!url.pathname.startsWith('/packages/corelib-')) return undefined;
          kill();
          return 'silence';
        };
      });
      expect(status).toBeNull();
      expect(scout.versions).toEqual(['new']);
      expect(scout.isInstalled).toBe(false);
      environment.upstream.heal();
      expect(await scout.start()).toEqual(INSTALLED);
      expect(scout.versions).toEqual([expect.stringMatching(/^hermes-/)]);
      expect(scout.flaws).toEqual([]);
    });
  });

  test('uv knows the pinned Python for Debian on arm64, at a path that the mirror has', () => {
    const every = ['--all-versions', '--all-platforms', '--all-arches', '--output-format', 'json'];
    const list = JSON.parse(
      execFileSync(
        environment.uv,
        ['python', 'list', '--offline', '--only-downloads', ...every, HERMES.python],
        {
          encoding: 'utf8',
          env: { HOME: '/nonexistent' },
        },
      ),
    );
    const [{ url = '' } = {}] = list.filter(
      ({ key }: { key: string }) => key === `cpython-${HERMES.python}-linux-aarch64-gnu`,
    );
    expect(url).toMatch(/\/python-build-standalone\/releases\/download\/\d+\/cpython-/);
  });
});
