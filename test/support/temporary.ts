import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty directory; `environment.ts` removes it when the test file is done. */
export function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'airlock-'));
}
