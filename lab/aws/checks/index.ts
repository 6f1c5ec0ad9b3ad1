import type { Check } from '../check';
import { ALARMS } from './alarms';
import { ARCHIVE } from './archive';
import { CHANGED } from './changed';
import { DESTROYED } from './destroyed';
import { KEPT } from './kept';
import { MADE } from './made';
import { USED } from './used';

/** In the order of the run: checks that change the stack come after checks that only read. */
export const CHECKS: readonly Check[] = [
  ...MADE,
  ...USED,
  ...ALARMS,
  ...KEPT,
  ...ARCHIVE,
  ...CHANGED,
  ...DESTROYED,
];

/** The named check and everything that it needs, in order; undefined when there is no such check. */
export function only(id: string, checks: readonly Check[] = CHECKS): Check[] | undefined {
  const wanted = new Set([id]);
  for (const check of [...checks].reverse()) {
    if (wanted.has(check.id)) for (const need of check.needs) wanted.add(need);
  }
  return checks.some((check) => check.id === id) ? checks.filter((check) => wanted.has(check.id)) : undefined;
}
