import { type Check, judge } from '../check';
import { bothMachines } from '../look';

export const secondDeployment: Check = {
  id: 'second-deployment',
  title: 'a second deployment, its images still unpinned, replaces no machine',
  covers: ['second-deployment', 'deployment'],
  minutes: 20,
  needs: ['deploy'],
  run: async (trial) => {
    const before = await bothMachines(trial);
    // Without `--force`, CDK skips an unchanged template, and CloudFormation resolves no parameter again.
    await trial.deploy('--force');
    const after = await bothMachines(trial);
    return judge(before === after, before === after ? after : `before: ${before}; after: ${after}`);
  },
};
