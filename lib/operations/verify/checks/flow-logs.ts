import { flowLogGroup } from '../../../../constructs/names';
import { judgeFlowLogs } from '../../preflight/flow-logs';
import { resourcesOf, verdictOf, verifyCheck } from '../check';

export const flowLogs = verifyCheck({
  id: 'flow-logs',
  title: 'every flow of the VPC is recorded and delivered',
  invariants: ['LOG-1'],
  scope: 'stack',
  read: (live) => live.flowLogs(),
  judge: (found, { deployed }) => {
    const wanted = resourcesOf(deployed, 'AWS::EC2::FlowLog');
    const own = found.filter(({ id }) => wanted.some((each) => each.id === id));
    const partial = own.find(({ of, traffic }) => traffic !== 'ALL' || of !== wanted[0]?.get('ResourceId'));
    return partial
      ? verdictOf(
          [`${partial.id} records ${partial.traffic} of ${partial.of}`],
          '',
          'delete it, and deploy the stack',
        )
      : judgeFlowLogs(own, flowLogGroup(deployed.stack), deployed.region);
  },
});
