import { DAY } from '../watch/period';
import type { Age } from './agent-review';

/** Rows of the oldest: an agent may have a hundred secrets. */
const SHOWN = 8;

export interface Made {
  readonly what: string;
  readonly at: Date | undefined;
}

/** Ages in whole days, the oldest first; what has no date is left out. */
export function agesOf(made: readonly Made[], now: Date): Age[] {
  return made
    .flatMap(({ what, at }) => {
      const days = Math.floor((now.getTime() - (at?.getTime() ?? Number.NaN)) / DAY);
      return Number.isNaN(days) ? [] : [{ what, days: Math.max(0, days) }];
    })
    .sort((one, other) => other.days - one.days)
    .slice(0, SHOWN);
}
