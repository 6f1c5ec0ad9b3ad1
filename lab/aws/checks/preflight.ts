import type { Check } from '../check';
import { AGENT } from '../configuration';
import { findings } from '../findings';

/** What can't hold for a throwaway agent: nobody tried to stop it, and its images stay unpinned on purpose. */
const EXPECTED = ['kill-switch', 'pins'];

export const preflight: Check = {
  id: 'preflight',
  title: '`airlock preflight --live` finds nothing wrong that a throwaway agent could have right',
  covers: ['preflight'],
  minutes: 10,
  needs: ['audit', 'secret', 'backup'],
  run: (trial) => findings(trial, [AGENT], EXPECTED),
};
