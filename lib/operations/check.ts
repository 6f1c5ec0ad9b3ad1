import { loadAirlock } from '../config';
import type { Airlock, Problem } from '../config/model';

export type CheckResult =
  | { readonly reason: 'sound'; readonly airlock: Airlock; readonly warnings: readonly Problem[] }
  | { readonly reason: 'unsound'; readonly problems: readonly Problem[] };

/** Reads a configuration directory and says everything that is wrong with it at once. Never throws on bad input. */
export function check(directory: string): CheckResult {
  const loaded = loadAirlock(directory);
  return loaded.ok
    ? { reason: 'sound', airlock: loaded.airlock, warnings: loaded.warnings }
    : { reason: 'unsound', problems: loaded.problems };
}
