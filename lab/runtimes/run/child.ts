import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a program in a network namespace with this environment alone. */
export function inNamespace(
  namespace: string,
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, program, ...words], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Waits for a line, and keeps reading all lines. */
export function firstLine(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  isIt: (line: string) => boolean,
): Promise<void> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended: ${said.join('\n')}`)));
    for (const each of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[each] as NodeJS.ReadableStream }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        if (each === stream && isIt(line)) resolve();
      });
    }
  });
}
