import { flowLogGroup } from '../../../constructs/names';
import { fail, notApplicable, type PreflightCheck, pass } from './check';

/** AWS creates a flow log even if its role may not write, and reports that only in the flow log's description. */
export const flowLogs: PreflightCheck = {
  id: 'flow-logs',
  title: 'the flows of its network are recorded',
  run: async ({ airlock, live }) => {
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    const group = flowLogGroup(airlock.name);
    const found = await live.flowLogs();
    if (found.length === 0) {
      return fail(`no flow log of ${live.region} writes to ${group}`, 'deploy the stack, which makes one');
    }
    const silent = found.find(({ isDelivered }) => !isDelivered);
    return silent
      ? fail(
          `flow log ${silent.id} does not deliver to ${group}: ${silent.error ?? 'AWS gives no reason'}`,
          'deploy the stack, which restores its role and its log group; if it still fails, delete the flow log and deploy again',
        )
      : pass(`${found.map(({ id }) => id).join(', ')} delivers to ${group}`);
  },
};
