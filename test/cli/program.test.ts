import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

const COMMANDS = [
  'init',
  'list',
  'completion',
  'check',
  'synth',
  'policy',
  'explain',
  'reach',
  'images',
  'software',
  'schema',
];

describe('help teaches', () => {
  test('the first page names every command, shows examples and the exit codes', async () => {
    const { exitCode, stdout } = await airlock(['--help']);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'mu'));
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('Exit codes: 0 done, 1 a problem');
  });

  test.each(['check', 'synth', 'policy', 'explain', 'reach', 'images pin', 'software pin', 'schema'])(
    '%s has examples and exit codes of its own',
    async (command) => {
      const { exitCode, stdout } = await airlock([...command.split(' '), '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('$ airlock');
      expect(stdout).toContain('Exit codes:');
    },
  );

  test('no line is wider than 120 letters', async () => {
    for (const command of COMMANDS) {
      const { stdout } = await airlock([command, '--help'], { columns: 80 });
      expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }
  });
});

describe('a wrong command line is one clear message and exit 1', () => {
  test.each([
    ['nothing at all', [], /^Usage: airlock/mu],
    ['a mistyped command', ['chek'], /unknown command 'chek'\n\(Did you mean check\?\)/u],
    ['a mistyped option', ['check', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/u],
    ['a missing argument', ['explain', 'scout', 'GET'], /missing required argument 'url'/u],
    ['one argument too many', ['check', 'config'], /too many arguments/u],
    ['an option without its value', ['check', '--config'], /'--config <dir>' argument missing/u],
    ['a group without its command', ['images'], /Usage: airlock images/u],
  ])('%s', async (_what, argv, message) => {
    const { exitCode, stdout, stderr } = await airlock(argv);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /u);
  });

  test('escape sequences in arguments are written out', async () => {
    const { exitCode, stderr } = await airlock(['\u001b]0;owned\u0007\u202e']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('\\u001b]0;owned\\u0007\\u202e');
    expect(stderr).not.toMatch(OBEYED);
  });
});
