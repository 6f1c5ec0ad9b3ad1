import type { EC2Client } from '@aws-sdk/client-ec2';
import { type Ask, everyPage } from './asking';
import type { LiveFlowLog } from './live';

/** The errors that AWS documents (EC2 API, FlowLog, `DeliverLogsErrorMessage`). */
const ERRORS = ['Rate limited', 'Access error', 'Unknown error'];

export async function flowLogsOf(
  ec2: Pick<EC2Client, 'send'>,
  ask: Ask,
  group: string,
): Promise<LiveFlowLog[]> {
  const { DescribeFlowLogsCommand } = await import('@aws-sdk/client-ec2');
  const Filter = [{ Name: 'log-group-name', Values: [group] }];
  const found = await everyPage(
    (NextToken) =>
      ask('ec2:DescribeFlowLogs', () => ec2.send(new DescribeFlowLogsCommand({ Filter, NextToken }))),
    ({ FlowLogs = [] }) => FlowLogs,
  );
  return found.map(
    ({ FlowLogId: id = '', ResourceId, TrafficType, DeliverLogsStatus, DeliverLogsErrorMessage }) => {
      const error = ERRORS.find((each) => each === DeliverLogsErrorMessage);
      return {
        id,
        of: ResourceId ?? '',
        traffic: TrafficType ?? '',
        isDelivered: DeliverLogsStatus === 'SUCCESS' && DeliverLogsErrorMessage === undefined,
        ...(error && { error }),
      };
    },
  );
}
