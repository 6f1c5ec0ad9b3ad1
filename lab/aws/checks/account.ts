import type { Check } from '../check';
import { FIRST, LARGEST } from '../configuration';
import { findings } from '../findings';

/** Runs before the deployment: a low quota ends the run here. */
export const account: Check = {
  id: 'account',
  title: "the account's quotas have room for the stack with two agents",
  covers: [],
  minutes: 10,
  needs: [],
  run: async (trial) => {
    trial.configure(() => LARGEST);
    await trial.synth();
    const verdict = await findings(trial, []);
    trial.configure(() => FIRST);
    return verdict;
  },
};
