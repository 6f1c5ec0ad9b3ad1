import { spawn } from 'node:child_process';

const LIMIT = 64 * 1024;

export interface Run {
  readonly words: readonly string[];
  /** The whole environment. @default a search path alone */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Seconds. @default 15 */
  readonly seconds?: number;
}

/** Runs a command to its end. */
export function command(run: Run): Promise<{ readonly status: number; readonly output: string }> {
  const [program = '', ...words] = run.words;
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      env: { PATH: process.env.PATH, ...run.env },
      cwd: run.cwd,
      stdio: 'pipe',
      timeout: (run.seconds ?? 15) * 1000,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString('latin1')).slice(-LIMIT);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input ?? '');
    child.on('error', (error) => resolve({ status: -1, output: error.message }));
    child.on('close', (status) => resolve({ status: status ?? -1, output }));
  });
}
