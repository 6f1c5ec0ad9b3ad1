import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes one directory for all that a run of the tests writes, templates that its processes share among it. @returns what removes it */
export default function runDirectory(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-'));
  chmodSync(directory, 0o755);
  const templates = join(directory, 'templates');
  mkdirSync(templates);
  Object.assign(process.env, { TMPDIR: directory, AIRLOCK_TEMPLATES: templates });
  return () => rmSync(directory, { recursive: true, force: true });
}
