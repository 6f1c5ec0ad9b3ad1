import type { Signal } from '../signal';
import { quoted } from '../words';

export const grantOpened: Signal = {
  id: 'grant-opened',
  title: 'has a grant: a rule of high risk is open for a time',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock grants AGENT',
  detector: () => ({
    see: ({ record, event, rule, by, because, until }) =>
      record === 'grant' && event === 'opens'
        ? {
            key: String(rule),
            saw: `the rule ${String(rule)}, until ${String(until)}, by ${quoted(by)}: ${quoted(because)}`,
          }
        : undefined,
  }),
};
