import { fieldOf } from '../../json';
import type { Signal } from '../signal';
import { quoted } from '../words';

/** The report is testimony: whoever is root on the agent host writes what they like. */
export const secretInState: Signal = {
  id: 'secret-in-state',
  title: 'says that its home holds what looks like a secret',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock connect AGENT',
  detector: () => ({
    see: ({ record, event, detail }) => {
      const findings = fieldOf(detail, 'findings');
      return record === 'event' && event === 'scan-reported' && typeof findings === 'number' && findings > 0
        ? { saw: `${findings} findings, as its host says: ${quoted(fieldOf(detail, 'saw'))}` }
        : undefined;
    },
  }),
};
