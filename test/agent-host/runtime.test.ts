import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { useMachine } from './machine';

/**
 * A machine whose runtime is one tarball: curl, runuser and chown are stood in for, so that no test needs a network or
 * another user. `~` is the state volume.
 */
const machine = useMachine();
beforeEach(() => {
  mkdirSync(machine.at('var/lib/agent'), { recursive: true });
  machine.standIn('chown');
  machine.standIn('sync');
  machine.standIn(
    'runuser',
    'HOME=$AIRLOCK_ROOT/var/lib/agent; export HOME; [ "$1 $2" = "agent -c" ] && sh -c "$3"',
  );
  publish('one');
  // Ends a wait that a test doesn't end: the script's own loop is for ever.
  machine.standIn('sleep', 'kill "$PPID"');
  machine.standIn('curl', FETCH);
});

/** Fetches the tarball; the proxy box has no canaries. */
const FETCH = 'case $2 in */canaries) exit 22 ;; esac; cp "$AIRLOCK_ROOT/tarball" "$5"';
const fetches = () => machine.calls('curl').filter((call) => !call.endsWith('/canaries'));

const digest = () =>
  createHash('sha512')
    .update(readFileSync(machine.at('tarball')))
    .digest('hex');

/** What the mirror has now: a package whose program says `text`. */
function publish(text: string): string {
  machine.write('/package/program', `#!/bin/sh\necho ${text}\n`);
  machine.run(['chmod', '755', machine.at('package/program')]);
  machine.run(['tar', '-czf', machine.at('tarball'), '-C', machine.root, 'package']);
  return digest();
}

interface Change {
  readonly sha512?: string;
  readonly command?: string;
  /** A file that the unit is to mount into the home. */
  readonly held?: string;
}

/** One boot, and then what systemd would run before the agent. */
function start(change: Change = {}): { status: number | null; output: string } {
  const { sha512 = digest(), command = '/opt/agent/current/program' } = change;
  const custom = { command, install: `get tool/-/tool-1.tgz ${sha512}\n` };
  const runtimeSettings = { npmMirror: 'https://npm.example.com', custom };
  expect(machine.configure({ runtime: 'custom', runtimeSettings }).status).toBe(0);
  // The one path that the agent's own script has to itself; there is no root directory to change here.
  machine.write('/opt/agent/run', machine.read('/opt/agent/run').replace('. /etc/airlock/runtime.env\n', ''));
  if (change.command === 'check-fails')
    machine.write('/opt/agent/run', '#!/bin/sh\necho unknown key: gatway; exit 1\n');
  machine.run(['chmod', '755', machine.at('opt/agent/run')]);
  const agentEnv = machine.read('/etc/airlock/agent.env');
  if (change.held)
    machine.write('/etc/airlock/agent.env', agentEnv.replace("HELD=''", `HELD='${change.held}'`));
  return machine.run(['sh', machine.at('usr/lib/airlock/runtime')]);
}

const versions = (): string[] => readdirSync(machine.at('opt/agent/versions'));
const current = (): string => machine.run([machine.at('opt/agent/current/program')]).output;

test('installs the pinned runtime, and points to it', () => {
  expect(start()).toEqual({ status: 0, output: '' });
  expect(fetches()).toEqual(['curl -fsSL -y 60 -o .tgz https://npm.example.com/tool/-/tool-1.tgz']);
  expect(versions()).toEqual([expect.stringMatching(/^custom-[0-9a-f]{12}$/)]);
  expect(readlinkSync(machine.at('opt/agent/current'))).toBe(`versions/${versions()[0]}`);
  expect(current()).toBe('one\n');
});

test('fetches nothing at the next boot', () => {
  start();
  expect(start()).toEqual({ status: 0, output: '' });
  expect(fetches()).toEqual([]);
});

test('CHG-1 switches to a changed version at the next start, and keeps no other', () => {
  start();
  const sha512 = publish('two');
  expect(start({ sha512 }).status).toBe(0);
  expect(current()).toBe('two\n');
  expect(versions()).toHaveLength(1);
});

describe('waits and says so, installs nothing, when', () => {
  const failures: [string, string, RegExp][] = [
    ['the registry refuses', 'echo "curl: (22) error: 403" >&2; exit 22', /error: 403/],
    ['the version does not exist', 'echo "curl: (22) error: 404" >&2; exit 22', /error: 404/],
    [
      'half a file comes',
      'head -c 40 "$AIRLOCK_ROOT/tarball" >"$5"',
      /tool-1.tgz is not what is pinned, or not all/,
    ],
    ['another file comes', 'echo other >"$5"', /tool-1.tgz is not what is pinned/],
  ];
  test.each(failures)('%s', (_, curl, reason) => {
    machine.standIn('curl', curl);
    const { status, output } = start();
    expect(output).toMatch(reason);
    expect(output).toMatch(/custom-[0-9a-f]{12} is not installed, the agent stays off: trying again in 15 s/);
    expect(status).not.toBe(0);
    expect(machine.has('/opt/agent/current')).toBe(false);
    expect(versions().filter((name) => name !== 'new')).toEqual([]);
  });

  test('tries again, further and further apart but never more than five minutes, until it works', () => {
    const right = 'cp "$AIRLOCK_ROOT/tarball" "$5"';
    machine.standIn('curl', `[ -e "$AIRLOCK_ROOT/there" ] || exit 22; ${right}`);
    machine.standIn(
      'sleep',
      'case $(grep -c ^sleep "$AIRLOCK_ROOT/calls") in 8) : >"$AIRLOCK_ROOT/there";; 9) kill "$PPID";; esac',
    );
    expect(start().status).toBe(0);
    expect(machine.calls('sleep').map((call) => Number(call.split(' ')[1]))).toEqual([
      15, 30, 60, 120, 240, 300, 300, 300,
    ]);
    expect(current()).toBe('one\n');
  });

  test('a changed version can’t be had: the one before is not started in its place', () => {
    start();
    machine.standIn('curl', 'exit 22');
    expect(start({ sha512: '0'.repeat(128) }).status).not.toBe(0);
  });
});

test('an installation that was cut off is made anew', () => {
  machine.standIn('curl', 'kill -9 "$PPID"');
  start();
  machine.standIn('curl', FETCH);
  expect(start().status).toBe(0);
  expect(versions()).toEqual([expect.stringMatching(/^custom-/)]);
  expect(current()).toBe('one\n');
});

describe('refuses, and says why, when', () => {
  const refused = (change: Change, ...reasons: RegExp[]): void => {
    const { status, output } = start(change);
    expect(output).toMatch(/airlock: RUNTIME REFUSED, the agent stays off: /);
    for (const reason of reasons) expect(output).toMatch(reason);
    expect(status).toBe(1);
  };

  test('the state volume is full', () => {
    machine.standIn('head', 'echo "head: write error: No space left on device" >&2; exit 1');
    refused({}, /No space left on device/, /the state volume is full or read-only/);
    expect(machine.has('/var/lib/agent/.room')).toBe(false);
  });

  test('a link stands where root’s files are to be mounted', () => {
    machine.run(['ln', '-s', '/tmp', machine.at('var/lib/agent/.tool')]);
    refused({ held: '.tool/config' }, /no place for ~\/\.tool\/config$/m);
  });

  test('the runtime rejects its configuration: its own message is shown', () => {
    refused({ command: 'check-fails' }, /custom does not take its configuration: unknown key: gatway$/m);
  });
});

test('lets nobody but root and the agent read its configuration', () => {
  start();
  for (const name of ['', ...readdirSync(machine.at('etc/airlock'))]) {
    expect([name, statSync(machine.at(`etc/airlock/${name}`)).mode & 0o007]).toEqual([name, 0]);
  }
});

test('leaves an empty file, and nothing of the agent’s, where root’s files are to be mounted', () => {
  machine.write('/var/lib/agent/.tool/config/deep', '');
  machine.write('/var/lib/agent/.tool/other', '');
  expect(start({ held: '.tool/config' })).toEqual({ status: 0, output: '' });
  expect(readdirSync(machine.at('var/lib/agent/.tool'))).toEqual(['config', 'other']);
  expect(machine.read('/var/lib/agent/.tool/config')).toBe('');
});

test('looks at the agent’s home only as the agent', () => {
  start();
  expect(machine.calls('runuser')).toHaveLength(4);
  expect(machine.calls('chown')).toEqual([
    `chown -R root:agent ${machine.at('etc/airlock')}`,
    `chown agent: ${machine.at('var/lib/agent')}`,
  ]);
});
