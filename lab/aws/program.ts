import { spawn } from 'node:child_process';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export type Program = (
  name: string,
  words: readonly string[],
  options?: { readonly input?: string; readonly env?: NodeJS.ProcessEnv },
) => Promise<Ended>;

export interface ProgramSettings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the program, and what it started. */
  readonly signal: AbortSignal;
  /** Hears everything that it says. */
  readonly log: (text: string) => void;
}

/** Time to end by itself, in milliseconds. */
const GRACE = 10_000;

export function program({ cwd, env, signal, log }: ProgramSettings): Program {
  return (name, words, options = {}) => {
    if (signal.aborted) return Promise.reject(new Error(`${name} was not started: ${signal.reason}`));
    // A group of its own: Ctrl-C in the terminal is for the run, which ends what it started in order.
    const child = spawn(name, words, { cwd, env: { ...env, ...options.env }, detached: true });
    log(`\n$ ${name} ${words.join(' ')}\n`);
    const kill = (how: NodeJS.Signals) => {
      try {
        if (child.pid) process.kill(-child.pid, how);
      } catch {
        // It has ended.
      }
    };
    const stop = () => {
      kill('SIGTERM');
      setTimeout(() => kill('SIGKILL'), GRACE).unref();
    };
    signal.addEventListener('abort', stop, { once: true });
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    return new Promise((resolve, reject) => {
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text) => {
        stdout += text;
        log(String(text));
      });
      child.stderr.on('data', (text) => {
        stderr += text;
        log(String(text));
      });
      const ended = () => signal.removeEventListener('abort', stop);
      child.once('error', (error) => {
        ended();
        reject(new Error(`${name} could not be started: ${error.message}`));
      });
      child.once('close', (exitCode) => {
        ended();
        if (signal.aborted) reject(signal.reason);
        else resolve({ exitCode: exitCode ?? 1, stdout, stderr });
      });
    });
  };
}

/** @throws with its last words, unless it ended well */
export function wentWell(what: string, { exitCode, stdout, stderr }: Ended): string {
  if (exitCode === 0) return stdout;
  const words = (stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n');
  throw new Error(`${what} ended with ${exitCode}: ${words}`);
}
