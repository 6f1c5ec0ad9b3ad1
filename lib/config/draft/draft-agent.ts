import { type Problem, ROLES, type Role } from '../model';
import { nearest } from '../nearest';
import { unfold } from '../presets/unfold';
import { quote } from '../quote';
import { isRecord } from '../scalar';
import { agentSchema, ownRule, presetUse } from '../schema/agent-schema';
import type { Preset } from '../schema/preset-schema';
import { type Place, problemAt, type Source, valueAt } from '../source/source';
import type { Draft, DraftAgent, DraftRule, DraftSecret } from './draft';
import { draftSecrets } from './draft-secrets';

/** A preset that loaded, or `broken` when its own file has problems (reported there). */
export type Presets = ReadonlyMap<string, Preset | 'broken'>;

/** What the schema allows; the rest is reported by it. */
const MOST_ENTRIES = 400;

interface Found {
  readonly rules: DraftRule[];
  readonly secrets: DraftSecret[];
  complete: boolean;
}

/** Unfolds what an agent's file says. Adds to `problems` what is wrong with its presets and secrets. */
export function draftAgent(
  source: Source,
  airlock: Omit<Draft, 'agents'>,
  presets: Presets,
  problems: Problem[],
): DraftAgent {
  const name = agentSchema.shape.name.safeParse(valueAt(source.value, ['name']));
  const found: Found = { rules: [], secrets: [], complete: true };
  const written = valueAt(source.value, ['egress']);
  const entries = Array.isArray(written) ? written.slice(0, MOST_ENTRIES) : [];
  for (const [index, entry] of entries.entries()) {
    const place = { source, path: ['egress', index] };
    if (isRecord(entry) && 'preset' in entry) {
      usePreset(entry, place, { airlock, presets, problems, found });
    } else {
      const rule = ownRule.safeParse(entry);
      if (rule.success) {
        found.rules.push({
          ...rule.data,
          methods: rule.data.methods ?? [],
          paths: rule.data.paths ?? [],
          place,
        });
      }
    }
  }
  const agent = name.success ? name.data : undefined;
  return {
    source,
    name: agent,
    role: roleOf(source),
    rules: found.rules,
    secrets: draftSecrets(
      source,
      found.secrets,
      { stack: airlock.stack, agent, complete: found.complete },
      problems,
    ),
    named: new Set(entries.map((entry) => String(valueAt(entry, ['secret'])))),
    complete: found.complete,
  };
}

interface Context {
  readonly airlock: Omit<Draft, 'agents'>;
  readonly presets: Presets;
  readonly problems: Problem[];
  readonly found: Found;
}

function usePreset(entry: unknown, place: Place, { airlock, presets, problems, found }: Context): void {
  const use = presetUse.safeParse(entry);
  const name = valueAt(entry, ['preset']);
  const preset = typeof name === 'string' ? presets.get(name) : undefined;
  if (use.success && preset === undefined) {
    problems.push(unknownPreset(use.data.preset, presets, place));
  }
  if (!use.success || preset === undefined || preset === 'broken') {
    found.complete = false;
    return;
  }
  const unfolded = unfold(preset, use.data.with, place, airlock);
  problems.push(...unfolded.problems);
  found.rules.push(...unfolded.rules);
  found.secrets.push(...unfolded.secrets);
  found.complete &&= unfolded.problems.length === 0;
}

function unknownPreset(name: string, presets: Presets, { source, path }: Place): Problem {
  const meant = nearest(name, presets.keys());
  return problemAt(
    { source, path: [...path, 'preset'] },
    {
      message: `is not a preset: there are ${[...presets.keys()].sort().join(', ') || 'none'}`,
      fix: meant === undefined ? 'name one of them, or write its rules out' : `write ${quote(meant)}`,
    },
  );
}

function roleOf(source: Source): Role | undefined {
  const role = valueAt(source.value, ['role']);
  return ROLES.find((known) => known === role);
}
