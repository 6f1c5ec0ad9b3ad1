import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the directory in which the test processes of one run share templates. @returns what removes it */
export default function sharedTemplates(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-templates-'));
  process.env.AIRLOCK_TEMPLATES = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
