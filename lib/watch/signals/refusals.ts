import { MINUTE, Period } from '../period';
import type { Fields, Signal } from '../signal';
import { isUnheard } from '../words';

/**
 * What was refused: by its head, by its body, before the gate was asked, or with others that have no record of their own: by a cap, or
 * by the front.
 */
function refusedIn(record: Fields): number {
  if (record.record === 'omitted') return Number(record.omitted) || 0;
  return record.decision === 'refuse' || record.end === 'refused' || isUnheard(record) ? 1 : 0;
}

export const refusals: Signal = {
  id: 'refusals',
  title: 'was refused more often in five minutes than its limit',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d --denied',
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
