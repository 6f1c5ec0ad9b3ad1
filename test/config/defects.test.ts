import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { formatProblem, loadAirlock } from '../../lib/config';
import { assemble } from '../../lib/config/assemble';
import { readConfigFiles } from '../../lib/config/config-files';
import type { Problem } from '../../lib/config/model';
import { parseText } from '../../lib/config/source/parse-text';
import type { Source } from '../../lib/config/source/source';
import { decode } from '../../lib/config/source/text-file';
import { DEFECTS } from './defects';

const FIXTURES = join(__dirname, '../fixtures/config');
const KIT_PRESETS = readConfigFiles(join(packageRoot(), 'config')).presets;

/** Which file of a sound configuration each kind of fixture stands in for. */
const PLACES: Record<string, string> = {
  airlock: 'airlock.yaml',
  agent: 'agents/scout.yaml',
  preset: 'presets/house-model.yaml',
  'images-lock': 'images.lock.json',
  'software-lock': 'software.lock.json',
};

const table = Object.entries(DEFECTS).flatMap(([kind, defects]) =>
  Object.entries(defects).map(([defect, expected]) => [defect, kind, expected] as const),
);

describe('every defect is one clear message at its place', () => {
  test.each(table)('%s', (defect, kind, expected) => {
    expect(problemsWith(kind, defect)).toEqual(expected);
  });

  test('there are at least 60 of them, and each fixture is in the table', () => {
    const files = Object.keys(PLACES).flatMap((kind) =>
      readdirSync(join(FIXTURES, kind)).map((name) => [kind, name.replace(/\..*$/, '')].join('/')),
    );
    expect(files.sort()).toEqual(table.map(([defect, kind]) => `${kind}/${defect}`).sort());
    expect(table.length).toBeGreaterThanOrEqual(60);
  });

  test('the configuration they spoil is sound', () => {
    const directory = mkdtempSync(join(tmpdir(), 'airlock-'));
    try {
      cpSync(join(FIXTURES, 'base'), directory, { recursive: true });
      expect(loadAirlock(directory)).toMatchObject({ ok: true });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

function problemsWith(kind: string, defect: string): string[] {
  const place = PLACES[kind] as string;
  const spoilt = `${kind}/${defect}${place.endsWith('.json') ? '.json' : '.yaml'}`;
  const problems: Problem[] = [];
  const source = (file: string): Source | undefined => {
    const path = join(FIXTURES, file === place ? spoilt : `base/${file}`);
    const read = decode(readFileSync(path), file);
    const parsed = 'problem' in read ? { problems: [read.problem] } : parseText(file, read.text);
    problems.push(...parsed.problems);
    return 'source' in parsed ? parsed.source : undefined;
  };
  const optional = (file: string) => (file === place ? source(file) : undefined);
  const present = (...sources: (Source | undefined)[]) => sources.filter((each) => each !== undefined);
  const presets = [...KIT_PRESETS, ...present(optional('presets/house-model.yaml'))];
  const loaded = assemble({
    airlock: source('airlock.yaml'),
    agents: present(source('agents/scout.yaml')),
    presets,
    presetNames: presets.map(({ file }) => file.replace(/^.*\/|\.yaml$/g, '')),
    images: optional('images.lock.json'),
    software: optional('software.lock.json'),
    missingLocks: [],
    problems,
  });
  return loaded.ok ? [] : loaded.problems.map(formatProblem);
}
