import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KIT_CONFIG } from '../support/kit-config';
import { temporary } from '../support/temporary';

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

export { temporary };
