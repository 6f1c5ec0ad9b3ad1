import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../lib/message-of';
import { EXIT } from './options';
import { program } from './program';
import { tryOnAws } from './try-on-aws';

// As bin/airlock.ts does: which Node.js is served is said in the README.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Between two polls, in milliseconds. */
const PAUSE = 15_000;

/** The terminal and npm both send SIGINT at one Ctrl-C: two signals within this time count as one. */
const ONE_INTERRUPT = 2_000;

const interrupt = new AbortController();
let interrupted = 0;
process.on('SIGINT', () => {
  if (Date.now() - interrupted < ONE_INTERRUPT) return;
  interrupted = Date.now();
  if (interrupt.signal.aborted) {
    process.stderr.write(
      'interrupted twice: the resources stay. npm run try-on-aws shows the command that removes them.\n',
    );
    process.exit(EXIT.interrupted);
  }
  process.stderr.write('interrupted: ending the check, then removing everything\n');
  interrupt.abort();
});

tryOnAws(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  node: process.execPath,
  out: (text) => void process.stdout.write(text),
  tell: (line) => void process.stderr.write(`${line}\n`),
  now: () => new Date(),
  pause: async (signal) => {
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw signal.reason;
  },
  interrupt: interrupt.signal,
  program,
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = EXIT.failed;
  },
);
