import { spawn } from 'node:child_process';
import { ENVIRONMENT } from './requirements';

/**
 * Runs a program to its end.
 *
 * @throws an error with the program's own words
 */
export function command(program: string, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: ENVIRONMENT, stdio: 'pipe', timeout: 30_000 });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(0, 2_000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else
        reject(
          new Error(`${program} ${words.slice(0, 3).join(' ')}: ${errors.trim() || `exit code ${code}`}`),
        );
    });
    child.stdin.end(input === '' ? '' : `${input}\n`);
  });
}
