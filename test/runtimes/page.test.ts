import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { RUNTIME_NAMES, RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';
import { type Evidence, generatedParts, type PresetRules, uncovered } from '../../lib/runtimes/page';

const ROOT = join(__dirname, '../..');
const PAGE = join(ROOT, 'docs/RUNTIMES.md');
const EVIDENCE: readonly Evidence[] = JSON.parse(
  readFileSync(join(ROOT, 'docs/runtimes-evidence.json'), 'utf8'),
);
const PRESETS: readonly PresetRules[] = readdirSync(join(ROOT, 'config/presets')).map((file) =>
  parse(readFileSync(join(ROOT, 'config/presets', file), 'utf8')),
);
const part = (name: string) => new RegExp(`(<!-- made: ${name} -->\n)(?:(?!<!-- )[^])*(<!-- end -->)`);

test.each(Object.entries(generatedParts(EVIDENCE, PRESETS)))(
  'docs/RUNTIMES.md says what the code and the evidence say: %s',
  (name, made) => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toMatch(part(name));
    const now = page.replace(part(name), (_, before, after) => `${before}${made}\n${after}`);
    // AIRLOCK_WRITE_DOCS=1 npx jest test/runtimes/page
    if (process.env.AIRLOCK_WRITE_DOCS) writeFileSync(PAGE, now);
    else expect(page).toBe(now);
  },
);

test('a moved version shows as proven with another', () => {
  const run: Evidence = {
    runtime: 'codex',
    version: '0.0.1',
    proxy: 'stand-in',
    proxyVersion: '0',
    platform: 'linux x64',
    when: '2026-01-02',
    proven: [{ id: 'codex-1', title: 'a | b' }],
  };
  const { matrix, proven } = generatedParts([run], PRESETS);
  expect(matrix).toContain('| 1 checks (with 0.0.1) | stand-in for iron-proxy | linux x64 | 2026-01-02 |');
  expect(matrix).toContain('| hermes | 0.21.3 | nothing |');
  expect(proven).toContain('| codex-1 | a \\| b |');
});

test.each(RUNTIME_NAMES)('the presets that %s names let its whole installation through', (name) => {
  expect(uncovered(RUNTIMES[name], PRESETS)).toEqual([]);
});

test('an installation that asks for more than its presets is seen', () => {
  const more = { from: 'npm', path: '/left-pad/-/left-pad-1.0.0.tgz' };
  const runtime: Runtime = { ...RUNTIMES.codex, fetches: [...RUNTIMES.codex.fetches, more] };
  expect(uncovered(runtime, PRESETS)).toEqual([more]);
});
