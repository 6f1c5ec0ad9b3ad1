import type { Check } from '../check';
import { AGENT } from '../configuration';
import { findings } from '../findings';

/** Checks that fail for a throwaway agent: nobody tested its kill switch, and its images stay unpinned on purpose. */
const EXPECTED = ['kill-switch', 'pins'];

export const preflight: Check = {
  id: 'preflight',
  title: '`airlock preflight --live` finds no failure but those that a throwaway agent must have',
  covers: ['preflight'],
  minutes: 10,
  needs: ['audit', 'secret', 'backup'],
  run: (trial) => findings(trial, [AGENT], EXPECTED),
};
