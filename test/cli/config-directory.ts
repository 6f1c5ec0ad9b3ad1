import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KIT_CONFIG } from '../support/kit-config';

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A copy of the test configuration, with edits: `{ 'agents/scout.yaml': (text) => … }`. */
export function configDirectory(edits: Readonly<Record<string, (text: string) => string>> = {}): string {
  const directory = temporary();
  const config = join(directory, 'config');
  cpSync(KIT_CONFIG, config, { recursive: true });
  for (const [file, edit] of Object.entries(edits)) {
    const path = join(config, file);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  }
  return config;
}

/** An empty directory that goes when the tests of this file are done. */
export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-cli-'));
  made.push(directory);
  return directory;
}
