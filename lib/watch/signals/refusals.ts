import { MINUTE, Period } from '../period';
import type { Fields, Signal } from '../signal';

/** What was refused: by its head, by its body, or with others whose records a cap left out. */
function refusedIn({ record, decision, end, omitted }: Fields): number {
  if (record === 'omitted') return Number(omitted) || 0;
  return decision === 'refuse' || end === 'refused' ? 1 : 0;
}

export const refusals: Signal = {
  id: 'refusals',
  title: 'was refused more often in five minutes than its limit',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1h --denied',
  detector: (limit) => {
    const minutes = new Period(5 * MINUTE);
    return {
      see: (record, at) => {
        const refused = refusedIn(record);
        if (refused === 0) return undefined;
        const sum = minutes.add(refused, at);
        return sum > limit('refusals') ? { saw: `${sum} refusals in five minutes` } : undefined;
      },
    };
  },
};
