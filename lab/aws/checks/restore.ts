import { type Check, fail } from '../check';
import { FIRST_AGENT } from '../configuration';
import { judgeState } from '../state';

const RESTORED = 'restored';

export const restore: Check = {
  id: 'restore',
  title: 'a new cell whose `host.stateFrom` is a recovery point finds the old state',
  covers: ['restore'],
  minutes: 40,
  needs: ['backup'],
  run: async (trial) => {
    const stateFrom = trial.notes.get('recovery point');
    if (!stateFrom) return fail('no recovery point is known');
    trial.configure(({ agents, ...rest }) => ({
      ...rest,
      agents: { ...agents, [RESTORED]: { ...FIRST_AGENT, stateFrom } },
    }));
    await trial.deploy();
    return judgeState(trial, RESTORED, stateFrom);
  },
};
