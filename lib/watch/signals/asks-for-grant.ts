import type { Signal } from '../signal';
import { requestIn } from '../words';

export const asksForGrant: Signal = {
  id: 'asks-for-grant',
  title: 'asked for something that needs a grant',
  mode: 'notify',
  from: 'gate',
  command: 'airlock grants AGENT',
  detector: () => ({
    see: (record) =>
      record.record === 'request' && record.decision === 'refuse' && record.by === 'grant'
        ? {
            key: String(record.rule),
            saw: `the rule ${String(record.rule)} is shut; it asked ${requestIn(record)}`,
          }
        : undefined,
  }),
};
