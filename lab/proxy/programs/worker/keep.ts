import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';

const kept = new Map<string, ChildProcess>();

export interface Keep {
  readonly name: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** File that gets its output. */
  readonly log: string;
}

/** Starts a program that runs until it is stopped, or until this one ends. */
export async function keep({ name, words: [program = '', ...words], env, log }: Keep): Promise<object> {
  await stop(name);
  const out = openSync(log, 'a', 0o600);
  const child = spawn(program, words, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', out, out],
  });
  child.on('error', () => undefined);
  kept.set(name, child);
  return { pid: child.pid };
}

export async function stop(name: string): Promise<object> {
  const child = kept.get(name);
  kept.delete(name);
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return {};
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  return {};
}
