import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const made: string[] = [];

/** A directory that stands for `/`; removed after each test. */
export function temporaryRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'airlock-'));
  made.push(root);
  return root;
}

export function clearTemporary(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
}

export function put(root: string, path: string, text: string, mode = 0o644): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** A program for the search path. */
export function program(root: string, name: string, lines: string): void {
  put(root, `bin/${name}`, `#!/bin/bash\n${lines}\n`, 0o755);
}
