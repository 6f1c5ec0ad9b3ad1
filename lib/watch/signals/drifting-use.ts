import { Drift } from '../../baseline/deviation';
import { HourlyUse } from '../../baseline/use';
import type { Baseline } from '../../config/model';
import { DAY } from '../period';
import type { Signal } from '../signal';
import { raisedBy } from './unusual-hour';

/** The sums begin anew with another baseline, and when the gate starts; `airlock review` adds up all days of its period. */
export const driftingUse: Signal = {
  id: 'drifting-use',
  title: 'used a rule more, day after day, than its baseline says',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock baseline show AGENT',
  detector: (limit, usual) => {
    let use = new HourlyUse();
    let day = Number.NaN;
    let rules: Baseline['rules'] | undefined;
    let drift: Drift | undefined;
    return {
      see: (record, at) => {
        const now = usual();
        if (now !== rules) drift = now && new Drift(now);
        rules = now;
        const today = Math.floor(at / DAY);
        const ended = day;
        day = today;
        const [first] = today > ended && drift ? drift.day(use, ended * 24, limit('drifting-use')) : [];
        if (today !== ended) use = new HourlyUse();
        use.add(record, at);
        return first && raisedBy(first, 'in the day before, after others like it');
      },
    };
  },
};
