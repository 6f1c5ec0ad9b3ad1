import { unusualHour } from '../../baseline/deviation';
import { HourlyUse } from '../../baseline/use';
import { ACTIONS } from '../../config/model';
import { DAY, HOUR, Period } from '../period';
import type { Signal } from '../signal';
import { isAllowed } from '../words';
import { raisedBy } from './unusual-hour';

export const actions: Signal = {
  id: 'actions',
  title: 'took more actions (requests of medium risk) than its limit a day, or than its baseline says',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: (limit, usual) => {
    const day = new Period(DAY);
    let use = new HourlyUse();
    return {
      see: (record, at) => {
        if (!isAllowed(record) || record.risk !== 'medium') return undefined;
        const sum = day.add(1, at);
        if (sum > limit('actions'))
          return { saw: `${sum} actions since midnight (UTC), the last by the rule ${String(record.rule)}` };
        const rules = usual();
        if (rules === undefined) return undefined;
        const hour = Math.floor(at / HOUR);
        if (use.last !== hour) use = new HourlyUse();
        use.add(record, at);
        const deviation = unusualHour(use, rules, ACTIONS, hour, limit('unusual-hour'));
        return deviation && raisedBy(deviation, 'in this hour (UTC)');
      },
    };
  },
};
