import { spawnSync } from 'node:child_process';

/** `test` when the tool is on this machine, else a skipped test whose name says which one is missing. */
export function testWith(tool: string): (name: string, run: () => void) => void {
  const missing = spawnSync(tool, ['--version']).error !== undefined;
  return missing ? (name, run) => test.skip(`${name} (skipped: no ${tool} here)`, run) : test;
}
