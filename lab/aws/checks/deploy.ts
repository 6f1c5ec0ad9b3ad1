import { type Check, judge } from '../check';
import { stackStatus } from '../leftovers';
import { bothMachines, resourcesOf } from '../look';

export const deploy: Check = {
  id: 'deploy',
  title: 'CloudFormation creates the stack',
  covers: ['deployment'],
  minutes: 30,
  needs: ['account'],
  run: async (trial) => {
    await trial.deploy();
    const status = await stackStatus(trial.aws, trial.stack);
    const made = await resourcesOf(trial);
    trial.notes.set('machines', await bothMachines(trial));
    return judge(status === 'CREATE_COMPLETE', `${status}, ${made.length} resources`);
  },
};
