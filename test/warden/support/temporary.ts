import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
