import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDirectory, temporary } from './config-directory';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

const FIELDS = ['file', 'line', 'column', 'path', 'value', 'message', 'fix'];

function broken(): string {
  return configDirectory({
    'agents/scout.yaml': (text) =>
      text.replace('methods: [PATCH]', 'methods: [PATSCH]').replace('role: operator', 'role: boss'),
  });
}

describe('a sound configuration', () => {
  test('exits 0 and says what there is', async () => {
    const { exitCode, stdout } = await airlock(['check', '--config', configDirectory()]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^sound: 2 agents, \d+ rules \(1 shut until granted\), \d+ secrets\n$/u);
  });

  test('is an object as JSON, with its warnings', async () => {
    const { stdout, ...ran } = await airlock(['check', '--json', '--config', configDirectory()]);
    expect(ran).toEqual({ exitCode: 0, stderr: '' });
    const { problems, warnings } = JSON.parse(stdout);
    expect(problems).toEqual([]);
    expect(warnings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ file: expect.stringMatching(/images\.lock\.json$/) }),
      ]),
    );
  });
});

describe('an unsound configuration', () => {
  test('exits 1 with every problem on a line of its own, and their count', async () => {
    const { exitCode, stdout } = await airlock(['check', '--config', broken()]);
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(1);
    expect(lines.filter((line) => /scout\.yaml:\d+:\d+ \S+: "/u.test(line))).toHaveLength(2);
    expect(lines.at(-1)).toBe('2 problems: nothing is built from this configuration until it is sound.');
  });

  test('is a list of problems as JSON, with these fields and no others', async () => {
    const { exitCode, stdout } = await airlock(['check', '--json', '--config', broken()]);
    const { problems, warnings } = JSON.parse(stdout) as { problems: object[]; warnings: object[] };
    expect([exitCode, warnings]).toEqual([1, []]);
    expect(problems.map((problem) => Object.keys(problem))).toEqual([FIELDS, FIELDS]);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'role', value: 'boss', line: expect.any(Number) }),
        expect.objectContaining({ path: 'egress[0].methods[0]', value: 'PATSCH' }),
      ]),
    );
  });

  test('colours a terminal, and nothing when NO_COLOR is set', async () => {
    const argv = ['check', '--config', broken()];
    const coloured = await airlock(argv, { stdoutIsTerminal: true, env: { TERM: 'xterm' } });
    const plain = await airlock(argv, { stdoutIsTerminal: true, env: { TERM: 'xterm', NO_COLOR: '1' } });
    expect(coloured.stdout).toContain('\u001b[31m2 problems');
    expect(plain.stdout).not.toMatch(OBEYED);
  });
});

describe('bad input is one clear message and exit 1', () => {
  test('a directory that is not there', async () => {
    const { exitCode, stdout } = await airlock(['check', '--config', join(temporary(), 'none')]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('does not exist');
  });

  test.each([
    ['escape sequences', 'role: "boss\\e]0;owned\\a\\e[2J"', 'boss'],
    ['a turned reading direction', 'role: "boss\\u202eevil"', 'boss'],
    ['a line of its own', 'role: "boss\\nsound: 2 agents"', 'boss'],
  ])('%s in a value are written out', async (_what, role) => {
    const config = configDirectory({ 'agents/scout.yaml': (text) => text.replace('role: operator', role) });
    for (const json of [[], ['--json']]) {
      const { exitCode, stdout } = await airlock(['check', '--config', config, ...json]);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('boss');
      expect(stdout).not.toMatch(OBEYED);
      expect(stdout).not.toMatch(/^sound/mu);
    }
  });

  test('escape sequences in the name of a file are written out', async () => {
    const config = configDirectory();
    writeFileSync(join(config, 'agents', 'a\u001b[2J.yaml'), 'name: [');
    const { exitCode, stdout } = await airlock(['check', '--config', config]);
    expect(exitCode).toBe(1);
    expect(stdout).not.toMatch(OBEYED);
  });
});
