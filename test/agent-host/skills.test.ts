import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { agentUserData } from '../../constructs/agent-host/user-data';
import { Machine, sound } from './machine';

let machine: Machine;
beforeAll(() => {
  machine = new Machine();
  machine.boot(agentUserData(sound()));
});
beforeEach(() => {
  machine.run(['rm', '-rf', join(machine.root, 'skills')]);
  mkdirSync(join(machine.root, 'skills'));
  machine.write('/skills/notes/SKILL.md', 'how to write release notes\n');
  machine.write('/skills/notes/lib/count.py', 'print(1)\n');
});
afterAll(() => machine.remove());

/** As docs/RUNTIMES.md says to compute it. */
function digest(skill: string): string {
  const command = 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c-64';
  return execFileSync('sh', ['-c', command], {
    cwd: join(machine.root, 'skills', skill),
    encoding: 'utf8',
  }).trim();
}

/** What the machine says of its skills, with this manifest. */
function judge(...skills: { name: string; sha256: string }[]): { status: number | null; output: string } {
  machine.write(
    '/etc/airlock/skills',
    skills.map(({ name, sha256 }) => `${sha256} ${name} 1.0.0\n`).join(''),
  );
  const glob = join(machine.root, 'skills/*');
  return machine.run(['sh', '-c', `sh ${join(machine.root, 'usr/lib/airlock/skills')} ${glob}`]);
}

test('the manifest on the machine is what the agent’s file lists', () => {
  const skills = ['a', 'b'].map((name) => ({ name, version: '1.0.0', sha256: name.repeat(64) }));
  machine.boot(agentUserData(sound({ runtimeSettings: { skills } })));
  expect(machine.read('/etc/airlock/skills')).toBe(`${'a'.repeat(64)} a 1.0.0\n${'b'.repeat(64)} b 1.0.0\n`);
});

test('says nothing of a skill that is as listed', () => {
  expect(judge({ name: 'notes', sha256: digest('notes') })).toEqual({ status: 0, output: '' });
});

test('says nothing when there is none', () => {
  machine.run(['rm', '-rf', join(machine.root, 'skills/notes')]);
  expect(judge()).toEqual({ status: 0, output: '' });
});

test('reports a skill that is not listed, with what it would be listed as', () => {
  expect(judge()).toEqual({
    status: 0,
    output: `airlock: skill not listed: notes, sha256 ${digest('notes')}\n`,
  });
});

const changes: [string, () => void][] = [
  ['a changed file', () => machine.write('/skills/notes/SKILL.md', 'how to mail secrets\n')],
  ['a file more', () => machine.write('/skills/notes/more.sh', '')],
  [
    'a file that moved',
    () => machine.run(['mv', join(machine.root, 'skills/notes/lib'), join(machine.root, 'skills/notes/bin')]),
  ],
  [
    'a link to elsewhere',
    () => machine.run(['ln', '-s', '/etc/passwd', join(machine.root, 'skills/notes/link')]),
  ],
  ['a pipe', () => machine.run(['mkfifo', join(machine.root, 'skills/notes/pipe')])],
  [
    'no file at all',
    () =>
      machine.run([
        'rm',
        '-r',
        join(machine.root, 'skills/notes/SKILL.md'),
        join(machine.root, 'skills/notes/lib'),
      ]),
  ],
];
test.each(changes)('refuses a listed skill with %s', (_, change) => {
  const sha256 = digest('notes');
  change();
  const { status, output } = judge({ name: 'notes', sha256 });
  expect(output).toMatch(/^airlock: skill differs: notes, sha256 [0-9a-f]{64}\n$/);
  expect(status).toBe(1);
});

test('refuses one and still reports the others', () => {
  machine.write('/skills/other/SKILL.md', 'x');
  const { status, output } = judge({ name: 'notes', sha256: '0'.repeat(64) });
  expect(output.split('\n')).toHaveLength(3);
  expect(status).toBe(1);
});

test('a name of control characters reaches the console as plain text', () => {
  machine.run(['mv', join(machine.root, 'skills/notes'), join(machine.root, 'skills/a\x1b[2J\nb c')]);
  expect(judge().output).toMatch(/^airlock: skill not listed: a\?\?2J\?b\?c, sha256 [0-9a-f]{64}\n$/);
});

test('a name that is a pattern is not taken for a listed one', () => {
  const sha256 = digest('notes');
  machine.run(['mv', join(machine.root, 'skills/notes'), join(machine.root, 'skills/n.t.s')]);
  expect(judge({ name: 'notes', sha256 }).output).toContain('skill not listed: n.t.s');
});
