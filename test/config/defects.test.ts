import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../constructs/package-root';
import { formatProblem, loadAirlock } from '../../lib/config';
import { assemble } from '../../lib/config/assemble';
import { readConfigFiles } from '../../lib/config/config-files';
import type { Problem } from '../../lib/config/model';
import { REGIONS } from '../../lib/config/regions/regions';
import { parseText } from '../../lib/config/source/parse-text';
import type { Source } from '../../lib/config/source/source';
import { decode } from '../../lib/config/source/text-file';
import { temporary } from '../support/temporary';

interface Defect {
  readonly edit?: Readonly<Record<string, string>>;
  readonly add?: string;
  readonly says: string | readonly string[];
}

const FIXTURES = join(__dirname, '../fixtures/config');
const DEFECTS: Record<string, Record<string, Defect>> = parse(
  readFileSync(join(FIXTURES, 'defects.yaml'), 'utf8'),
);
const KIT_PRESETS = readConfigFiles(join(packageRoot(), 'config')).presets;

const table = Object.entries(DEFECTS).flatMap(([file, defects]) =>
  Object.entries(defects).map(([name, defect]) => [name, file, defect] as const),
);

describe('each defect is reported once, clearly, at its position', () => {
  test.each(table)('%s', (name, file, defect) => {
    expect(problemsWith(file, spoilt(name, file, defect))).toEqual([defect.says].flat().map(withRegions));
  });

  test('the configuration that the cases edit is valid', () => {
    const directory = temporary();
    for (const part of ['base', 'extra']) cpSync(join(FIXTURES, part), directory, { recursive: true });
    expect(loadAirlock(directory)).toMatchObject({ ok: true });
  });
});

function pathOf(file: string): string {
  return join(FIXTURES, existsSync(join(FIXTURES, 'base', file)) ? 'base' : 'extra', file);
}

function spoilt(name: string, file: string, { edit, add }: Defect): Buffer {
  let text = readFileSync(pathOf(file), 'utf8');
  for (const [old, replacement] of Object.entries(edit ?? {})) {
    const [start = '', end] = old.split('…');
    const before = text.split(start);
    const rest = before[1] ?? '';
    const after = end === '' ? rest.length : rest.indexOf(end ?? '');
    if (before.length !== 2 || after < 0)
      throw new Error(`${name}: ${JSON.stringify(old)} must occur once in ${file}`);
    text = `${before[0]}${replacement}${rest.slice(after + (end ?? '').length)}`;
  }
  return Buffer.from(add === undefined ? text : `${text}${add}\n`);
}

function withRegions(message: string): string {
  return message
    .replace('<source>', REGIONS.source)
    .replace('<regions>', Object.keys(REGIONS.arm64).join(', '));
}

function problemsWith(spoiltFile: string, bytes: Buffer): string[] {
  const problems: Problem[] = [];
  const source = (file: string): Source | undefined => {
    const read = decode(file === spoiltFile ? bytes : readFileSync(pathOf(file)), file);
    const parsed = 'problem' in read ? { problems: [read.problem] } : parseText(file, read.text);
    problems.push(...parsed.problems);
    return 'source' in parsed ? parsed.source : undefined;
  };
  const optional = (file: string) => (file === spoiltFile ? source(file) : undefined);
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
