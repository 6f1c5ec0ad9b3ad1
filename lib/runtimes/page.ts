import { type Fetch, RUNTIME_NAMES, RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';
import { markdownTable } from '../markdown-table';

/** A run of the runtimes' proofs, as `test/long/runtimes*.test.ts` leave it in docs/runtimes-evidence.json. */
export interface Evidence {
  readonly runtime: string;
  readonly version: string;
  readonly proxy: 'iron-proxy' | 'stand-in';
  readonly proxyVersion: string;
  readonly platform: string;
  /** Day of the run. */
  readonly when: string;
  /** Checks that passed, and that failed when the file they depend on was changed. */
  readonly proven: readonly { readonly id: string; readonly title: string }[];
}

/** The rules of a preset, as its file says. */
export interface PresetRules {
  readonly name: string;
  readonly rules: readonly {
    readonly host: string;
    readonly methods: readonly string[];
    readonly paths: readonly string[];
  }[];
}

/** The generated parts of docs/RUNTIMES.md, by name. */
export function generatedParts(evidence: readonly Evidence[], presets: readonly PresetRules[]) {
  return { matrix: matrix(evidence), proven: proven(evidence), reach: reach(presets) } as const;
}

function matrix(evidence: readonly Evidence[]): string {
  const rows = RUNTIME_NAMES.map((name) => {
    const { version = "its owner's" }: Runtime = RUNTIMES[name];
    const run = evidence.find((each) => each.runtime === name);
    if (run === undefined) return [name, version, 'nothing', '', '', ''];
    const stale = run.version === version ? '' : ` (with ${run.version})`;
    const proxy = run.proxy === 'iron-proxy' ? `iron-proxy ${run.proxyVersion}` : 'stand-in for iron-proxy';
    return [name, version, `${run.proven.length} checks${stale}`, proxy, run.platform, run.when];
  });
  return markdownTable(['Runtime', 'Version', 'Proven', 'Behind', 'On', 'When'], rows);
}

function proven(evidence: readonly Evidence[]): string {
  const rows = evidence.flatMap(({ proven: checks }) => checks.map(({ id, title }) => [id, title]));
  return rows.length === 0 ? 'Nothing yet.' : markdownTable(['Check', 'Shows that'], rows);
}

function reach(presets: readonly PresetRules[]): string {
  const runtimes = RUNTIME_NAMES.map((name): [name: string, runtime: Runtime] => [name, RUNTIMES[name]]);
  const needs = runtimes.map(([name, { installPresets, providers }]) => [
    name,
    installPresets.map(code).join(', ') || 'what its owner says',
    Object.keys(providers).map(code).join(', '),
  ]);
  const used = runtimes.flatMap(([, { installPresets, providers }]) => [
    ...installPresets,
    ...Object.keys(providers),
  ]);
  const rows = [...new Set(used)].flatMap((preset) =>
    rulesOf(preset, presets).map(({ host, methods, paths }) => [
      code(preset),
      methods.join(', '),
      code(host),
      paths.map(code).join(' '),
    ]),
  );
  return [
    markdownTable(['Runtime', 'To install it', 'For its model, one of'], needs),
    markdownTable(['Preset', 'Methods', 'Host', 'Paths'], rows),
  ].join('\n\n');
}

function rulesOf(name: string, presets: readonly PresetRules[]): PresetRules['rules'] {
  const preset = presets.find((each) => each.name === name);
  if (!preset) throw new Error(`a runtime names the preset ${name}, which doesn't exist`);
  return preset.rules;
}

/** Every request of an installation that the runtime's own presets don't allow. */
export function uncovered(runtime: Runtime, presets: readonly PresetRules[]): Fetch[] {
  const rules = runtime.installPresets.flatMap((name) => rulesOf(name, presets));
  return runtime.fetches.filter(
    ({ from, method = 'GET', path }) =>
      !rules.some(
        (rule) =>
          rule.methods.includes(method) &&
          rule.paths.some((pattern) => {
            const [host, prefix] =
              rule.host === '${mirror.host}' ? [MIRROR, '${mirror.path}'] : [rule.host, ''];
            const wanted = `${prefix}${path}`;
            const isHost = host === MIRROR ? !from.includes('.') : host === from;
            return (
              isHost &&
              (pattern === wanted || (pattern.endsWith('/*') && wanted.startsWith(pattern.slice(0, -1))))
            );
          }),
      ),
  );
}

const MIRROR = 'a mirror of airlock.yaml';

function code(text: string): string {
  return `\`${text}\``;
}
