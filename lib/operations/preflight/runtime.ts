import { unmetNeeds } from '../../runtimes/needs';
import { fail, type PreflightCheck, pass } from './check';

export const runtime: PreflightCheck = {
  id: 'runtime',
  title: 'its runtime can be installed and can call its model',
  run: ({ airlock, agent }) => {
    const [need] = unmetNeeds(airlock, agent);
    return need
      ? fail(`${agent.runtime} ${need.message}`, need.fix)
      : pass(`every request that ${agent.runtime} needs has a rule`);
  },
};
