import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { packageRoot } from '../../constructs/package-root';
import { LAB_COMMANDS } from '../../lab/commands';
import { createContext } from '../../lib/cli/context';
import { createProgram } from '../../lib/cli/program';
import type { Services } from '../../lib/cli/services';
import { SIGNALS } from '../../lib/config/values/signals';
import { reviewMail } from '../../lib/review/mail';
import { messageFor } from '../../lib/watch/message';
import { terminal } from './fake-terminal';
import { leaves } from './leaves';

const ROOT = packageRoot();
const program = () => createProgram(createContext(terminal(), {} as Services), LAB_COMMANDS);
const COMMANDS = leaves(program());
const NAMES = new Set(COMMANDS.map(([[name]]) => name));

/** The words of one command line, as a shell splits them; the rest after a pipe, a comment or another command is left out. */
function wordsOf(line: string): string[] {
  const command = line.replace(/\\\n\s*/g, ' ').split(/ (?:\||&&|#|>|<|;) ?| {3,}/)[0] ?? '';
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, ...quoted]) => quoted.find((each) => each !== undefined) ?? '',
  );
}

/** Why the command tree refuses the line, without running it. @param isWhole whether every argument must be there */
function faultOf(line: string, isWhole: boolean): string | undefined {
  const tree = program();
  for (const [, command] of leaves(tree)) command.action(() => {});
  try {
    tree.parse(wordsOf(line.replace(/^(?:sudo )?(?:npx )?airlock /, '')), { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isPart =
      /^commander\.(missingArgument|missingMandatoryOptionValue|optionMissingArgument|help)/.test(error.code);
    return isPart && !isWhole ? undefined : `${line}: ${error.message}`;
  }
}

function examplesOf(command: (typeof COMMANDS)[number][1]): string[] {
  let text = '';
  command
    .configureOutput({
      writeOut: (more) => {
        text += more;
      },
    })
    .outputHelp();
  return [...text.matchAll(/^ {2}\$ ((?:sudo )?(?:npx )?airlock (?:[^\n]*\\\n)*[^\n]*)$/gm)].map(
    ([, line = '']) => line,
  );
}

const files = execFileSync('git', ['ls-files', 'docs', 'lib', 'lab', 'constructs', 'config', ':/*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => /\.(md|ts|yaml)$/.test(file));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test.each(COMMANDS.map(([words, command]): [string, typeof command] => [words.join(' '), command]))(
  'the examples in the help of %s are taken as they are written',
  (_, command) => {
    const examples = examplesOf(command);
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.flatMap((line) => faultOf(line, true) ?? [])).toEqual([]);
  },
);

test('every command line of a document is taken as it is written', () => {
  const lines = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => [...read(file).matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block))
    .flatMap((block) =>
      [...block.matchAll(/^(?:npx )?airlock (?:[^\n]*\\\n)*[^\n]*$/gm)].map(([line]) => line),
    );
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.flatMap((line) => faultOf(line, true) ?? [])).toEqual([]);
});

test('every command that a text names in quotes has the options that it names', () => {
  const named = files.flatMap((file) =>
    [
      ...read(file)
        .replaceAll(/\$\{[^{}]*\}/g, 'X')
        .matchAll(
          /(?<=[`"'])(?:npx )?airlock ([a-z-]+)[^`"'\n]*(?:--because "[^"`\n]*"[^`"'\n]*)?(?=\\?[`"'])/g,
        ),
    ]
      // A hole may be the name of a command or its end: the help of that command has it whole.
      .filter(([line, name = '']) => NAMES.has(name) && !/[a-z]X|baseline X/.test(line))
      .map(([line]) => line.replace(/\\$/, '')),
  );
  expect(named.length).toBeGreaterThan(200);
  expect(named.flatMap((line) => faultOf(line, false) ?? [])).toEqual([]);
});

test('every command of a mail finds its own stack, whatever the directory it is pasted into', () => {
  const where = { stack: 'airlock', region: 'eu-north-1' };
  const mails = [
    ...SIGNALS.map(
      (signal) => messageFor(where, 'notify', { signal, agent: 'scout', at: 0, saw: '' }).message,
    ),
    reviewMail(where, []).message,
  ];
  const lines = mails.flatMap((text) => [...text.matchAll(/npx airlock [^\n]*/g)].map(([line]) => line));
  expect(lines).toHaveLength(SIGNALS.length + 1);
  for (const line of lines) {
    const [command = '', project] = line.split(' (in the project of the stack airlock)');
    expect(faultOf(command, true)).toBeUndefined();
    expect(command).toContain('--region eu-north-1');
    // Where the command takes a stack, the mail names it.
    const takesStack = faultOf(`${command} --stack airlock`, true) === undefined;
    expect([command, takesStack, command.includes('--stack airlock')]).toEqual([
      command,
      project === undefined,
      project === undefined,
    ]);
  }
});
