import type { Problem, Role } from '../model';
import { nearest } from '../nearest';
import type { ParsedAirlock, ParsedRule, ParsedSecret } from '../parsed';
import { quote } from '../quote';
import type { Preset } from '../schema/preset-schema';
import type { PresetUse } from '../schema/rule-schema';
import { type Place, problemAt } from '../source/source';
import { unfold } from './unfold';

/** By name: the preset, or `broken` if its own file has problems. */
export type Presets = ReadonlyMap<string, Preset | 'broken'>;

interface Used {
  readonly rules: readonly ParsedRule[];
  readonly secrets: readonly ParsedSecret[];
  readonly problems: readonly Problem[];
  /** Whether all its rules and secrets are here. */
  readonly complete: boolean;
}

/** The rules and secrets of one entry of `egress` that names a preset. */
export function usePreset(
  use: PresetUse,
  place: Place,
  presets: Presets,
  airlock: ParsedAirlock | undefined,
  role: Role | undefined,
): Used {
  const preset = presets.get(use.preset);
  if (preset === undefined || preset === 'broken') {
    const problems = preset === undefined ? [unknownPreset(use.preset, presets, place)] : [];
    return { rules: [], secrets: [], problems, complete: false };
  }
  const unfolded = unfold({ preset, use, notesUnknown: role === 'operator' }, place, airlock);
  return { ...unfolded, complete: unfolded.problems.length === 0 };
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
