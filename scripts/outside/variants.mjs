// The templates of every combination of modes, once for each kind of region that makes another template.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMBINATIONS, templateOf } from './templates.mjs';

const { arm64, missing } = JSON.parse(readFileSync('lib/config/regions/regions.json', 'utf8'));

const groups = new Map();
for (const region of Object.keys(arm64)) {
  const key = Object.keys(missing)
    .filter((type) => missing[type].split(' ').includes(region))
    .join(' ');
  groups.set(key, [...(groups.get(key) ?? []), region]);
}

const directory = mkdtempSync(join(tmpdir(), 'airlock-templates-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
let made;

/**
 * Regions that lack the same types have the same template but for the region's name (test/config/regions.test.ts): each
 * entry holds such regions, and the templates of the first with their files.
 */
export function variants() {
  made ??= [...groups.values()].map((alike, group) => ({
    regions: alike,
    templates: COMBINATIONS.map((settings, index) => {
      const { template, paths } = templateOf(settings, alike[0]);
      const file = join(directory, `${group}-${index}.json`);
      writeFileSync(file, JSON.stringify(template, null, 1));
      return { settings, template, paths, file };
    }),
  }));
  return made;
}

/** A file for a sample. */
export function sample(name, text) {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** The settings of the template in a file. */
export function settingsOf(file) {
  const all = variants().flatMap(({ templates }) => templates);
  return all.find((each) => each.file === file)?.settings.join(', ') ?? file;
}
