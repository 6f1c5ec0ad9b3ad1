import type { Row } from '../../review/queries';
import { type Aws, AwsError } from '../aws';

export interface Question {
  readonly group: string;
  readonly query: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Milliseconds between two looks at a query, and how often it is looked at: three minutes. */
const [LOOK, LOOKS] = [1_000, 180];

/** Asks CloudWatch Logs Insights. @throws AwsError also when the answer takes too long */
export async function insights(
  aws: Aws,
  { group, query, from, to }: Question,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<Row[]> {
  const { queryId = '' } = await aws.call('logs:StartQuery', {
    logGroupName: group,
    queryString: query,
    startTime: Math.floor(from / 1000),
    endTime: Math.floor(to / 1000),
  });
  for (let look = 0; look < LOOKS; look += 1) {
    const { status, results = [] } = await aws.call('logs:GetQueryResults', { queryId });
    if (status === 'Complete')
      return results.map((row) =>
        Object.fromEntries(row.flatMap(({ field, value }) => (field ? [[field, value]] : []))),
      );
    if (status !== 'Running' && status !== 'Scheduled')
      throw new AwsError('aws-error', `a query of ${group} ended as ${status}`, 'run airlock review');
    await pause(LOOK);
  }
  throw new AwsError('aws-error', `a query of ${group} has no answer yet`, 'run airlock review');
}
