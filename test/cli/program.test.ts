import { LAB_COMMANDS } from '../../lab/commands';
import { createContext } from '../../lib/cli/context';
import { createProgram } from '../../lib/cli/program';
import { servicesThatFail } from '../support/aws';
import { airlock, terminal } from './fake-terminal';
import { leaves } from './leaves';
import { OBEYED } from './obeyed';

const COMMANDS = leaves(
  createProgram(createContext(terminal(), servicesThatFail('Asked')), LAB_COMMANDS),
).map(([words]) => words);

describe('help teaches', () => {
  test('the first page names every command, shows examples and the exit codes', async () => {
    const { exitCode, stdout } = await airlock(['--help']);
    expect(exitCode).toBe(0);
    for (const [first] of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${first} `, 'mu'));
    // Each stands under the heading of what it is for.
    expect(stdout.match(/^\w.*:$/gmu)).toEqual(
      expect.arrayContaining([
        'Before and after a deployment:',
        'See what agents do:',
        'Act on a deployed agent:',
      ]),
    );
    expect(stdout).not.toContain('\nCommands:');
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('Exit codes: 0 done, 1 a problem');
  });

  test.each(COMMANDS.map((words) => [words.join(' '), words]))(
    '%s has examples and exit codes of its own, in lines of at most 120 letters',
    async (_, words) => {
      const { exitCode, stdout } = await airlock([...words, '--help'], { columns: 80 });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^ {2}\$ .*\bairlock /mu);
      expect(stdout).toContain('Exit codes:');
      // A command to paste stays whole.
      const wide = stdout.split('\n').filter((line) => line.length > 120 && !line.startsWith('  $ '));
      expect(wide).toEqual([]);
    },
  );
});

describe('a wrong command line is one clear message and exit 1', () => {
  test.each([
    ['nothing at all', [], /^Usage: airlock/mu],
    ['a mistyped command', ['chek'], /unknown command 'chek'\n\(Did you mean check\?\)/u],
    ['a mistyped option', ['check', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/u],
    [
      'a missing argument',
      ['explain', 'scout', 'GET'],
      /missing required argument 'url'\nRun 'airlock explain --help'/u,
    ],
    ['one argument too many', ['check', 'config'], /too many arguments/u],
    [
      'a missing option',
      ['software', 'pin'],
      /'--key <file>' not specified\nRun 'airlock software pin --help'/u,
    ],
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
