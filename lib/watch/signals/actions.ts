import { DAY, Period } from '../period';
import type { Signal } from '../signal';
import { isAllowed } from '../words';

export const actions: Signal = {
  id: 'actions',
  title: 'took more actions (requests of medium risk) in a day than its limit',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: (limit) => {
    const day = new Period(DAY);
    return {
      see: (record, at) => {
        if (!isAllowed(record) || record.risk !== 'medium') return undefined;
        const sum = day.add(1, at);
        return sum > limit('actions')
          ? { saw: `${sum} actions since midnight (UTC), the last by the rule ${String(record.rule)}` }
          : undefined;
      },
    };
  },
};
