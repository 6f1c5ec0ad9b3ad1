import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentUserData } from '../../../constructs/agent-host/user-data';
import { installationOf, repinned, STAND_IN_LOCK } from '../../../lab/rehearsal/plan/installation';
import { Machine, settingsFor, sound } from '../../agent-host/machine';
import { temporary } from '../../support/temporary';
import { USER_DATA } from './support';

const OTHER = 'a1'.repeat(64);
const of = (runtime: 'claude-code' | 'codex' | 'openclaw' | 'hermes') =>
  agentUserData(sound({ runtime, runtimeSettings: settingsFor(runtime) }));

test.each([
  ['claude-code', 1],
  ['codex', 1],
  ['openclaw', 2],
  ['hermes', 0],
] as const)('the pinned tarballs of %s are read from its user data alone: %i', (runtime, count) => {
  const found = installationOf(of(runtime));
  expect(found?.runtime).toMatch(new RegExp(`^${runtime}-\\d`));
  expect(found?.tarballs).toHaveLength(count);
  for (const path of found?.tarballs ?? []) expect(path).toMatch(/^[\w@./-]+\.tgz$/);
  expect(found?.skills).toMatch(/^\.[\w./*-]+( \.[\w./*-]+)*$/);
  expect(found?.mirror).toEqual({ host: 'npm.example.com', path: '' });
});

test('an agent without an npm mirror fetches nothing from one', () => {
  expect(installationOf(USER_DATA)).toMatchObject({ mirror: { host: '' }, tarballs: [] });
});

test('other user data has no installation', () => {
  expect(installationOf('#cloud-config\n')).toBeUndefined();
});

test.each(['claude-code', 'codex', 'openclaw'] as const)(
  'other pins are the only change on the machine of %s',
  (runtime) => {
    const files = (userData: string) => {
      const machine = new Machine();
      machine.boot(userData);
      const text = machine.read('/usr/lib/airlock/install');
      const rest = machine.read('/opt/agent/run') + machine.read('/usr/lib/airlock/fetch');
      machine.remove();
      return { text, rest };
    };
    const before = files(of(runtime));
    const pins = new Map(installationOf(of(runtime))?.tarballs.map((path) => [path, OTHER]));
    const after = files(repinned(of(runtime), pins));
    expect(after.rest).toBe(before.rest);
    expect(after.text).not.toBe(before.text);
    const unpinned = (text: string) => text.replaceAll(/[0-9a-f]{128}|[0-9a-f]{64}/g, 'PIN');
    expect(unpinned(after.text)).toBe(unpinned(before.text));
    expect(after.text.match(/[0-9a-f]{128}/g)?.every((each) => each === OTHER)).toBe(true);
    expect(after.text.includes('package-lock.json')).toBe(after.text.includes(STAND_IN_LOCK));
  },
);

test('without a stand-in the user data stays the same', () => {
  expect(repinned(of('openclaw'), new Map())).toBe(of('openclaw'));
});

test('the stand-in for npm writes the pinned lock file', () => {
  const directory = temporary();
  const program = join(__dirname, '../../../lab/rehearsal/programs/stand-in-runtime.sh');
  const npm = (...words: string[]) =>
    execFileSync('sh', [program, 'npm/bin/npm-cli.js', ...words], { cwd: directory });
  npm('install', '--package-lock-only');
  npm('ci');
  const text = readFileSync(join(directory, 'package-lock.json'));
  expect(createHash('sha256').update(text).digest('hex')).toBe(STAND_IN_LOCK);
});
