import { type Deviation, unusualHour as unusual } from '../../baseline/deviation';
import { HourlyUse, namedUse } from '../../baseline/use';
import { ACTIONS, WHOLE } from '../../config/model';
import { HOUR } from '../period';
import type { Raised, Signal } from '../signal';
import { quoted } from '../words';

const UNIT = { requests: 'requests', uploadKiB: 'KiB out' } as const;

/** A deviation in words. */
export function raisedBy({ rule, quantity, seen, usual }: Deviation, when: string): Raised {
  const who = rule === WHOLE || rule === ACTIONS ? `${namedUse(rule)} together` : `the rule ${quoted(rule)}`;
  return { key: rule, saw: `${who}: ${seen} ${UNIT[quantity]} ${when}, at most ${usual} are usual` };
}

export const unusualHour: Signal = {
  id: 'unusual-hour',
  title: 'used a rule in an hour far more than its baseline says',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: (limit, usual) => {
    let use = new HourlyUse();
    let hour = Number.NaN;
    return {
      see: (record, at) => {
        const rules = usual();
        if (rules === undefined) return undefined;
        // A clock that jumps begins another hour.
        if (Math.floor(at / HOUR) !== hour) use = new HourlyUse();
        hour = Math.floor(at / HOUR);
        for (const rule of use.add(record, at)) {
          if (rule === ACTIONS) continue;
          const deviation = unusual(use, rules, rule, hour, limit('unusual-hour'));
          if (deviation) return raisedBy(deviation, 'in this hour (UTC)');
        }
        return undefined;
      },
    };
  },
};
