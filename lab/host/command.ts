import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ENVIRONMENT } from './requirements';

const LIMITS = { timeout: 30_000, maxBuffer: 64 << 20 } as const;

/**
 * Runs a program to its end.
 *
 * @throws an error with the program's own words
 */
export async function command(program: string, words: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(program, words, { env: ENVIRONMENT, ...LIMITS });
  running.child.stdin?.on('error', () => undefined).end(input === '' ? '' : `${input}\n`);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    const why = stderr.trim().slice(0, 2_000) || message;
    throw new Error(`${program} ${words.slice(0, 3).join(' ')}: ${why}`);
  }
}
