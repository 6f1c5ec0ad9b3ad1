import { flowLogGroup } from '../../../constructs/names';
import { fail, notApplicable, type PreflightCheck, pass, type Verdict } from './check';
import type { LiveFlowLog } from './live';

/** AWS creates a flow log even if its role may not write, and reports that only in the flow log's description. */
export const flowLogs: PreflightCheck = {
  id: 'flow-logs',
  title: 'the flows of its network are recorded',
  run: async ({ airlock, live }) => {
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    return judgeFlowLogs(await live.flowLogs(), flowLogGroup(airlock.name), live.region);
  },
};

/** @param group the stack's log group for flows */
export function judgeFlowLogs(found: readonly LiveFlowLog[], group: string, region: string): Verdict {
  if (found.length === 0) {
    return fail(`no flow log of ${region} writes to ${group}`, 'deploy the stack, which makes one');
  }
  const silent = found.find(({ isDelivered }) => !isDelivered);
  return silent
    ? fail(
        `flow log ${silent.id} does not deliver to ${group}: ${silent.error ?? 'AWS gives no reason'}`,
        'deploy the stack, which restores its role and its log group; if it still fails, delete the flow log and deploy again',
      )
    : pass(`${found.map(({ id }) => id).join(', ')} delivers to ${group}`);
}
