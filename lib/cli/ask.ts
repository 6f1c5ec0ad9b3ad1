import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Finding } from '../config/finding';
import type { Question } from '../operations/init/questions';
import { printable } from '../printable';
import type { Context } from './context';

/** Asks one question on the terminal, on stderr: stdout stays the command's own. Choices are answered by name or number. */
export async function ask(
  context: Context,
  question: Question,
  again?: Finding,
): Promise<string | undefined> {
  const { terminal, colours } = context;
  const { text, choices = [], several, otherwise } = question;
  if (again) terminal.stderr(`${colours.red('No:')} ${printable(`${again.message}: ${again.fix}`)}\n`);
  else {
    terminal.stderr(`\n${colours.bold(printable(text))}\n`);
    choices.forEach(({ value, means }, index) => {
      terminal.stderr(`${printable(`  ${index + 1}  ${value}${means ? `: ${means}` : ''}`)}\n`);
    });
  }
  const how = several
    ? 'names or numbers, with commas between them'
    : choices.length > 0
      ? 'name or number'
      : '';
  const without = otherwise === undefined ? '' : `Enter for ${otherwise || 'none'}`;
  const hint = [how, without].filter(Boolean).join('; ');
  const said = await terminal.line?.(`${hint && `(${printable(hint)}) `}> `);
  return said
    ?.split(several ? /[\s,]+/u : /$^/u)
    .map((each) => choices[Number(each) - 1]?.value ?? each)
    .filter(Boolean)
    .join(',');
}

/** One line that a person types or pastes, without an echo; undefined at the end of input and at Ctrl-C. */
export async function hiddenLine(
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
  prompt: string,
): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = lineReader(input, nowhere);
  output.write(prompt);
  try {
    return await reader.line('');
  } finally {
    reader.close();
    output.write('\n');
  }
}

/** Lines that a person types, one for each call; undefined at the end of input and at Ctrl-C. */
export function lineReader(input: NodeJS.ReadStream, output: NodeJS.WritableStream) {
  const readline = createInterface({ input, output, terminal: true, historySize: 0 });
  const lines = readline[Symbol.asyncIterator]();
  readline.on('SIGINT', () => readline.close());
  return {
    line: async (prompt: string): Promise<string | undefined> => {
      readline.setPrompt(prompt);
      readline.prompt();
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    close: () => readline.close(),
  };
}
