import { spawn } from 'node:child_process';
import { hiddenLine, lineReader } from '../lib/cli/ask';
import { run } from '../lib/cli/program';
import type { Terminal } from '../lib/cli/terminal';
import { labCommands } from './lab';

// The notice about the end of Node.js 20 is in the README, and not for whoever runs a command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// `airlock … | head` closes the pipe: that is the reader's right, not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

/** Far more than any value that is piped in may hold; the rest is not read. */
const STDIN_LIMIT = 64 * 1024;

/** A person's program gets Ctrl-C itself: this process must outlive it, to report its status. */
function runHere([file = '', ...words]: readonly string[]): Promise<number | undefined> {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: 'inherit' });
    child.on('error', () => resolve(undefined));
    child.on('close', (status) => resolve(status ?? 1));
  }).finally(() => process.off('SIGINT', ignore)) as Promise<number | undefined>;
}

const isDialogue = process.stdin.isTTY && process.stderr.isTTY;
let reader: ReturnType<typeof lineReader> | undefined;

const terminal: Terminal = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  stdin: async () => {
    if (process.stdin.isTTY) return undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of process.stdin) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > STDIN_LIMIT) break;
    }
    return Buffer.concat(chunks);
  },
  ...(isDialogue && {
    line: (prompt: string) => {
      reader ??= lineReader(process.stdin, process.stderr);
      return reader.line(prompt);
    },
    session: runHere,
    hidden: (prompt: string) => hiddenLine(process.stdin, process.stderr, prompt),
  }),
  onInterrupt: (listener) => {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
  env: process.env,
  cwd: process.cwd(),
  node: process.execPath,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  now: () => new Date(),
};

run(process.argv.slice(2), terminal, labCommands()).then((exitCode) => {
  reader?.close();
  process.exitCode = exitCode;
});
