import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Fetch, RUNTIME_NAMES, RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Preset {
  readonly name: string;
  readonly rules: readonly {
    readonly host: string;
    readonly methods: readonly string[];
    readonly paths: readonly string[];
  }[];
}
const PRESETS: readonly Preset[] = readdirSync(join(ROOT, 'config/presets')).map((file) =>
  parse(text(`config/presets/${file}`)),
);

/** Requests of an installation that the presets of the runtime don't allow. */
function uncovered({ installPresets, fetches }: Runtime): readonly Fetch[] {
  const names: readonly string[] = installPresets;
  const rules = PRESETS.filter(({ name }) => names.includes(name)).flatMap((preset) => preset.rules);
  return fetches.filter(({ from, method = 'GET', path }) => {
    const mirrored = !from.includes('.');
    const wanted = mirrored ? `\${mirror.path}${path}` : path;
    return !rules.some(
      ({ host, methods, paths }) =>
        host === (mirrored ? '${mirror.host}' : from) &&
        methods.includes(method) &&
        paths.some(
          (each) => each === wanted || (each.endsWith('/*') && wanted.startsWith(each.slice(0, -1))),
        ),
    );
  });
}

test.each(RUNTIME_NAMES)('the presets of %s allow its whole installation', (name) => {
  expect(uncovered(RUNTIMES[name])).toEqual([]);
});

test('a request of an installation that no preset allows is found', () => {
  const more = { from: 'npm', path: '/left-pad/-/left-pad-1.0.0.tgz' };
  expect(uncovered({ ...RUNTIMES.codex, fetches: [...RUNTIMES.codex.fetches, more] })).toEqual([more]);
});

test.each(RUNTIME_NAMES)('docs/RUNTIMES.md names the presets of %s', (name) => {
  const { installPresets, providers }: Runtime = RUNTIMES[name];
  const row = new RegExp(`^\\| ${name} \\|.*$`, 'm').exec(text('docs/RUNTIMES.md'))?.[0] ?? '';
  expect(row.match(/`[\w-]+`/g) ?? []).toEqual(
    [...installPresets, ...Object.keys(providers)].map((each) => `\`${each}\``),
  );
});
