import { type Check, fail, judge } from '../check';
import type { Settings } from '../configuration';
import { FIRST_AGENT } from '../configuration';
import { bothMachines, running, waitForAgent } from '../look';

const SECOND = 'second';

export const secondAgent: Check = {
  id: 'second-agent',
  title: 'a second agent comes and goes, and the first keeps its machines',
  covers: ['second-agent', 'deployment'],
  minutes: 60,
  needs: ['agent-boot'],
  run: async (trial) => {
    const before = await bothMachines(trial);
    trial.configure(({ agents, ...rest }: Settings) => ({
      ...rest,
      agents: { ...agents, [SECOND]: FIRST_AGENT },
    }));
    await trial.deploy();
    const host = await waitForAgent(trial, SECOND);
    trial.configure(({ agents: { [SECOND]: _, ...agents }, ...rest }) => ({ ...rest, agents }));
    await trial.deploy();
    const left = await running(trial, SECOND);
    const after = await bothMachines(trial);
    if (before !== after) return fail(`the first agent's machines changed: ${before}; after: ${after}`);
    return judge(
      left.length === 0,
      `${host.id} ran and ${left.length === 0 ? 'is gone' : 'is still there'}; ${after}`,
    );
  },
};
