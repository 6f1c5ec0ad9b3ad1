import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './programs.mjs';

/** Whether the package agrees with its package.json. */
export const publint = {
  name: 'publint',
  program: 'publint',
  what: 'the package',
  findings: () => check('.'),
  spoilt: () => withBrokenPackage(check),
};

function check(directory) {
  const { stdout, stderr, status } = run('publint', ['run', directory, '--strict', '--pack', 'npm']);
  return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
}

/** A package whose types declare another module format than its code has. */
export function withBrokenPackage(use) {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-package-'));
  try {
    const exports = { '.': { types: './index.d.mts', default: './index.js' } };
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ name: 'broken', version: '1.0.0', main: 'missing.js', exports }),
    );
    writeFileSync(join(directory, 'index.js'), 'module.exports = { a: 1 };\n');
    writeFileSync(join(directory, 'index.d.mts'), 'export declare const a: number;\n');
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
