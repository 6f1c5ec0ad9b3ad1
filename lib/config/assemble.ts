import { modelOf, parseAgent } from './agent';
import { check } from './checks/checks';
import { pinnedZone } from './checks/pinned-zone';
import type { ConfigFiles } from './config-files';
import { inOrder } from './in-order';
import { readLocks } from './locks';
import type { Airlock, Problem } from './model';
import { loadPreset } from './presets/load-preset';
import type { Presets } from './presets/use-preset';
import { airlockSchema } from './schema/airlock-schema';
import { reader } from './schema/read';
import { type Source, stemOf } from './source/source';

export type Loaded =
  | {
      readonly ok: true;
      readonly airlock: Airlock;
      /** @internal */
      readonly files: ConfigFiles;
    }
  | { readonly ok: false; readonly problems: Problem[] };

const readAirlock = reader(airlockSchema);

/**
 * Makes the model from the files, or returns all their problems. Reads no file itself.
 *
 * 1. Each file is parsed once, by its schema.
 * 2. Each agent's rules and secrets are collected: its own entries, and those of the presets that it names.
 * 3. The checks compare settings with each other. A wrong setting doesn't stop the check of the others.
 * 4. If nothing is wrong, the parsed values are the model.
 */
export function assemble(files: ConfigFiles): Loaded {
  const airlock = files.airlock && { source: files.airlock, ...readAirlock(files.airlock) };
  const loaded = files.presets.map((source) => ({ name: stemOf(source), ...presetOf(source) }));
  const presets: Presets = new Map([
    ...files.presetNames.map((name) => [name, 'broken'] as const),
    ...loaded.map(({ name, preset }) => [name, preset] as const),
  ]);
  const agents = files.agents.map((source) => parseAgent(source, airlock, presets));
  const { locks, problems: ofLocks } = readLocks(files);
  const found = [
    ...(airlock?.problems ?? []),
    ...loaded.flatMap(({ problems }) => problems),
    ...agents.flatMap(({ problems }) => problems),
    ...ofLocks,
    ...check({ airlock, agents }),
    ...(airlock ? pinnedZone(airlock, locks, files.images) : []),
  ];
  const problems = [...files.problems, ...found.filter((problem) => !isUnread(problem, files.problems))];
  const models = agents.map(modelOf).filter((agent) => agent !== undefined);
  if (problems.length > 0 || !airlock?.value || models.length < agents.length) {
    return { ok: false, problems: inOrder(problems) };
  }
  const { zones, baselines, ...pins } = locks;
  const { env } = airlock.value;
  const { zone = zones.find(({ region }) => region === env.region)?.zone } = env;
  return {
    ok: true,
    airlock: {
      ...airlock.value,
      env: { ...env, ...(zone && { zone }) },
      agents: models
        .map((agent) => ({
          ...agent,
          ...(Object.hasOwn(baselines, agent.name) && { baseline: baselines[agent.name] }),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ...pins,
    },
    files,
  };
}

/** A preset of the kit is read once, so its schema and checks apply once. */
function presetOf(source: Source): ReturnType<typeof loadPreset> {
  const known = presetsOf.get(source) ?? loadPreset(source);
  presetsOf.set(source, known);
  return known;
}
const presetsOf = new WeakMap<Source, ReturnType<typeof loadPreset>>();

/** Whether a value seems missing only because the YAML reader refused it. */
function isUnread({ message, file, path }: Problem, unread: readonly Problem[]): boolean {
  return message === 'is missing' && unread.some((problem) => problem.file === file && problem.path === path);
}
