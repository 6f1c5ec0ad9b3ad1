import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../constructs/package-root';
import { digestsOf, EVIDENCE_NAMES } from '../lib/evidence/digests';
import { changedSince, type Evidence, evidenceStates, evidenceWords } from '../lib/evidence/evidence';
import { temporary } from './support/temporary';

const ROOT = packageRoot();
const states = evidenceStates(ROOT);

test('the evidence is current: a release needs that', () => {
  const stale = states.filter(({ changed }) => changed?.length !== 0).map(evidenceWords);
  if (process.env.AIRLOCK_RELEASE) expect([states.length, stale]).toEqual([EVIDENCE_NAMES.length, []]);
  // biome-ignore lint/suspicious/noConsole: stale evidence is worth a warning, and fails a release alone
  else if (stale.length > 0) console.warn(stale.join('\n'));
});

test('the evidence is of clean runs of iron-proxy itself, and names neither a path of a machine nor a tool that it lacked', () => {
  for (const { name } of states) {
    const text = readFileSync(join(ROOT, 'docs', 'evidence', `${name}.json`), 'utf8');
    const { proxyProgram, verdicts } = JSON.parse(text) as Evidence;
    expect(proxyProgram).toMatch(/(?<!for )iron-proxy /);
    expect(Object.keys(verdicts).filter((each) => !['holds', 'not applicable'].includes(each))).toEqual([]);
    expect(text).not.toMatch(/\/(?:home|root|tmp|usr|work)\/|is not installed/);
  }
});

describe('digests', () => {
  const copy = temporary();
  const parts = ['test/fixtures', 'lab', 'config/presets'];
  for (const part of parts) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  const before = digestsOf('lab', copy);
  const evidence = { digests: before } as Evidence;
  const edited = (path: string, text: string, other: string) => {
    const file = join(copy, path);
    const original = readFileSync(file, 'utf8');
    expect(original).toContain(text);
    writeFileSync(file, original.replace(text, other));
    const changed = changedSince(evidence, digestsOf('lab', copy));
    writeFileSync(file, original);
    return changed;
  };

  test('are of the policies and of the attempts, and of nothing else', () => {
    expect(before).toEqual(digestsOf('lab', ROOT));
    expect(edited('test/fixtures/kit/agents/scout.yaml', '[PATCH]', '[PUT]')).toEqual(['policies']);
    expect(edited('test/fixtures/kit/agents/scout.yaml', 'devrel@', 'others@')).toEqual([]);
    expect(edited('lab/proxy/attempts/secrets.ts', 'S10', 'S11')).toEqual(['attempts']);
    expect(edited('lab/report.ts', 'Lab report', 'Report')).toEqual([]);
  });

  test('are unknown without the sources, as in the installed package', () => {
    const empty = join(copy, 'empty');
    mkdirSync(empty);
    expect(digestsOf('lab', empty)).toBeUndefined();
    expect(changedSince(evidence, undefined)).toBeUndefined();
    expect(evidenceStates(empty)).toEqual([]);
  });

  test.each([
    [[], 'lab: current, run on 2026-11-27 with iron-proxy 1: all well'],
    [
      ['policies'] as const,
      'lab: stale (other policies since), run on 2026-11-27 with iron-proxy 1: all well',
    ],
    [undefined, 'lab: run on 2026-11-27 with iron-proxy 1: all well'],
  ])('%j is told in words', (changed, words) => {
    const started = '2026-11-27T01:02:03.000Z';
    const state = {
      name: 'lab',
      started,
      proxyProgram: 'iron-proxy 1',
      success: 'all well',
      changed,
    } as const;
    expect(evidenceWords(state)).toBe(words);
  });
});
