import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify as toYaml } from 'yaml';
import { type Airlock, formatProblem, loadAirlock } from '../../lib/config';
import { assemble, type Loaded } from '../../lib/config/assemble';
import { parseText } from '../../lib/config/source/parse-text';
import type { Source } from '../../lib/config/source/source';
import { decode } from '../../lib/config/source/text-file';
import type { Parsed } from '../../lib/config/source/yaml-source';
import { warningsOf } from '../../lib/warnings/warnings';
import { directoryWith } from '../config/directory';
import { arbitraryConfigText, loadText } from '../support/arbitrary-airlock';
import { KIT_CONFIG } from '../support/kit-config';

const SOUND = {
  'airlock.yaml': readFileSync(join(KIT_CONFIG, 'airlock.yaml')),
  'agents/scout.yaml': readFileSync(join(KIT_CONFIG, 'agents/scout.yaml')),
  'presets/anthropic.yaml': readFileSync(join(__dirname, '../../config/presets/anthropic.yaml')),
  'presets/debian-updates.yaml': readFileSync(join(__dirname, '../../config/presets/debian-updates.yaml')),
  'images.lock.json': Buffer.from('{ "version": 1, "images": [] }'),
};
type Name = keyof typeof SOUND;
const NAMES = Object.keys(SOUND) as Name[];

const READ = new Map(NAMES.map((name) => [name, read(name, SOUND[name])]));

function read(name: Name, bytes: Uint8Array): Parsed {
  const text = decode(Buffer.from(bytes), name);
  return 'problem' in text ? { problems: [text.problem] } : parseText(name, text.text);
}

/** Loads the sound configuration with one file's bytes replaced, from bytes to model, without a disk. */
function loadWith(replaced: Name, bytes: Uint8Array): Loaded {
  const file = read(replaced, bytes);
  const source = (name: Name): Source | undefined => {
    const found = name === replaced ? file : (READ.get(name) ?? file);
    return 'source' in found ? found.source : undefined;
  };
  const present = (...names: Name[]) => names.flatMap((name) => source(name) ?? []);
  return assemble({
    airlock: source('airlock.yaml'),
    agents: present('agents/scout.yaml'),
    presets: present('presets/anthropic.yaml', 'presets/debian-updates.yaml'),
    presetNames: ['anthropic', 'debian-updates'],
    images: source('images.lock.json'),
    missingLocks: [],
    problems: file.problems,
  });
}

function expectSense(loaded: Loaded): void {
  const said = loaded.ok ? warningsOf(loaded.airlock, loaded.files, new Date()) : loaded.problems;
  expect(loaded.ok || said.length > 0).toBe(true);
  const wrong = said.filter((problem) => {
    const line = formatProblem(problem);
    return (
      problem.line < 1 || problem.column < 1 || !/^\S+:\d+:\d+ .+: .+$/.test(line) || /\p{Cc}/u.test(line)
    );
  });
  expect(wrong).toEqual([]);
}

/** Cuts, doubles, swaps or spoils a piece of a text. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 40 }),
  insert: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '\t',
      '\n',
      ': ',
      '- ',
      '&a ',
      '*a',
      '!!int ',
      '{',
      ']',
      '"',
      "'",
      '#',
      '---\n',
      '<<: ',
      '? ',
      '| ',
      '%',
      '\u0000',
      '99999999999999999999',
      '__proto__: 1\n',
      'null',
      '~',
      '.nan',
    ),
  ),
});

describe('any input ends in a model or in problems, never in an exception', () => {
  test.each(NAMES)('arbitrary bytes as %s', (name) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => expectSense(loadWith(name, bytes))),
      { numRuns: 40 },
    );
  });

  test.each(NAMES)('arbitrary text as %s', (name) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        expectSense(loadWith(name, Buffer.from(text))),
      ),
      { numRuns: 40 },
    );
  });

  test.each(NAMES)('arbitrary values as %s', (name) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expectSense(loadWith(name, Buffer.from(JSON.stringify(value))))),
      { numRuns: 40 },
    );
  });

  test.each(NAMES)('%s with a few characters spoilt', (name) => {
    const text = SOUND[name].toString();
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const spoilt = edits.reduce((result, { at, length, insert }) => {
          const start = Math.floor(at * result.length);
          return result.slice(0, start) + insert + result.slice(start + length);
        }, text);
        expectSense(loadWith(name, Buffer.from(spoilt)));
      }),
      { numRuns: 60 },
    );
  });

  test('arbitrary values in the places of sound ones', () => {
    const base = loadableAgent();
    const keys = Object.keys(base);
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(Number.NaN, [], {}, [{}], { a: { b: [] } }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...keys), value, (key, replacement) => {
        expectSense(loadWith('agents/scout.yaml', Buffer.from(stringify({ ...base, [key]: replacement }))));
      }),
      { numRuns: 60 },
    );
  });
});

describe('from disk', () => {
  test('arbitrary bytes in every file at once', () => {
    const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, bytes, (airlock, agent, lock) => {
        const directory = directoryWith({
          'airlock.yaml': airlock,
          'agents/scout.yaml': agent,
          'images.lock.json': lock,
        });
        expectSense(loadAirlock(directory));
      }),
      { numRuns: 15 },
    );
  });

  test('a generated configuration written as YAML loads as the same model', () => {
    fc.assert(
      fc.property(arbitraryConfigText({ maxAgents: 2, maxRules: 8 }), (text) => {
        const files = Object.fromEntries(
          text.agents.map((agent) => [`agents/${agent.name}.yaml`, stringify(agent)]),
        );
        const directory = directoryWith({ 'airlock.yaml': stringify(text.airlock), ...files });
        rmSync(join(directory, 'agents/scout.yaml'));
        const loaded = loadAirlock(directory);
        expect(loaded).toMatchObject({ ok: true });
        expect(loaded.ok && withoutFiles(loaded.airlock)).toEqual(withoutFiles(loadText(text)));
      }),
      { numRuns: 10 },
    );
  });
});

/** Values that were made once and used twice are written twice: anchors and aliases are refused. */
function stringify(value: unknown): string {
  return toYaml(value, { aliasDuplicateObjects: false });
}

function withoutFiles({ agents, ...airlock }: Airlock) {
  return { ...airlock, agents: agents.map(({ file: _file, ...agent }) => agent) };
}

function loadableAgent(): Record<string, unknown> {
  const scout = READ.get('agents/scout.yaml');
  return scout && 'source' in scout ? JSON.parse(JSON.stringify(scout.source.value)) : {};
}
