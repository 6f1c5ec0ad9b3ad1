import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { useConfiguredMachine } from './machine';

const machine = useConfiguredMachine();
beforeEach(() => {
  machine.run(['rm', '-rf', machine.at('skills')]);
  mkdirSync(machine.at('skills'));
  machine.write('/skills/notes/SKILL.md', 'how to write release notes\n');
  machine.write('/skills/notes/lib/count.py', 'print(1)\n');
});

/** As docs/RUNTIMES.md says to compute it. */
function digest(skill: string): string {
  const command = 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c-64';
  return execFileSync('sh', ['-c', command], {
    cwd: machine.at(`skills/${skill}`),
    encoding: 'utf8',
  }).trim();
}

/** What the machine says of its skills, with this manifest. */
function judge(...skills: { name: string; sha256: string }[]): { status: number | null; output: string } {
  const lines = skills.map(({ name, sha256 }) => `${sha256} ${name} 1.0.0\n`);
  machine.write('/etc/airlock/skills', lines.join(''));
  const glob = machine.at('skills/*');
  return machine.run(['sh', '-c', `sh ${machine.at('usr/lib/airlock/skills')} ${glob}`]);
}

test('the manifest on the machine is what the agent’s file lists', () => {
  const skills = ['a', 'b'].map((name) => ({ name, version: '1.0.0', sha256: name.repeat(64) }));
  machine.configure({ runtimeSettings: { skills } });
  expect(machine.read('/etc/airlock/skills')).toBe(`${'a'.repeat(64)} a 1.0.0\n${'b'.repeat(64)} b 1.0.0\n`);
});

test('says nothing of a skill that is as listed', () => {
  expect(judge({ name: 'notes', sha256: digest('notes') })).toEqual({ status: 0, output: '' });
});

test('says nothing when there is none', () => {
  machine.run(['rm', '-rf', machine.at('skills/notes')]);
  expect(judge()).toEqual({ status: 0, output: '' });
});

test('reports a skill that is not listed, with what it would be listed as', () => {
  expect(judge()).toEqual({
    status: 0,
    output: `airlock: skill not listed: notes, sha256 ${digest('notes')}\n`,
  });
});

const at = (path: string) => machine.at(`skills/notes/${path}`);
const changes: [string, () => void][] = [
  ['a changed file', () => machine.write('/skills/notes/SKILL.md', 'how to mail secrets\n')],
  ['a file more', () => machine.write('/skills/notes/more.sh', '')],
  ['a file that moved', () => machine.run(['mv', at('lib'), at('bin')])],
  ['a link to elsewhere', () => machine.run(['ln', '-s', '/etc/passwd', at('link')])],
  ['a pipe', () => machine.run(['mkfifo', at('pipe')])],
  ['no file at all', () => machine.run(['rm', '-r', at('SKILL.md'), at('lib')])],
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
  machine.run(['mv', machine.at('skills/notes'), machine.at('skills/a\x1b[2J\nb c')]);
  expect(judge().output).toMatch(/^airlock: skill not listed: a\?\?2J\?b\?c, sha256 [0-9a-f]{64}\n$/);
});

test('a name that is a pattern is not taken for a listed one', () => {
  const sha256 = digest('notes');
  machine.run(['mv', machine.at('skills/notes'), machine.at('skills/n.t.s')]);
  expect(judge({ name: 'notes', sha256 }).output).toContain('skill not listed: n.t.s');
});
