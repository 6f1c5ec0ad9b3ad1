import type { Aws } from '../aws';

/** The errors that AWS documents (EC2 API, FlowLog, `DeliverLogsErrorMessage`). */
const ERRORS = ['Rate limited', 'Access error', 'Unknown error'];

export async function flowLogsOf(aws: Aws, group: string) {
  const Filter = [{ Name: 'log-group-name', Values: [group] }];
  const found = await aws.list('ec2:DescribeFlowLogs', { Filter }, ({ FlowLogs }) => FlowLogs);
  return found.map(
    ({ FlowLogId: id = '', ResourceId, TrafficType, DeliverLogsStatus, DeliverLogsErrorMessage }) => {
      const error = ERRORS.find((each) => each === DeliverLogsErrorMessage);
      return {
        id,
        /** A VPC, a subnet or an interface. */
        of: ResourceId ?? '',
        /** AWS's word: `ALL`, `ACCEPT` or `REJECT`. */
        traffic: TrafficType ?? '',
        isDelivered: DeliverLogsStatus === 'SUCCESS' && DeliverLogsErrorMessage === undefined,
        ...(error && { error }),
      };
    },
  );
}
