import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../aws';
import { notHere } from '../not-here';

/** A page holds up to 10,000 events or 1 MB, and may hold none (CloudWatch Logs API, FilterLogEvents): some 2 GB. */
const MOST_PAGES = 2000;

/**
 * Passes lines on page by page, because those of a busy day don't fit in memory.
 *
 * @param streams @default all of the group
 */
export async function linesOf(
  aws: Aws,
  group: string,
  since: Date,
  see: (line: string, event: FilteredLogEvent) => void,
  streams?: readonly string[],
): Promise<{ readonly isAll: boolean }> {
  const missing = {
    name: 'ResourceNotFoundException',
    message: `there is no log group ${group} in ${aws.region}`,
    fix: notHere(aws.region),
  };
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const input = {
      logGroupName: group,
      ...(streams && { logStreamNames: [...streams] }),
      startTime: since.getTime(),
      nextToken,
    };
    const found = await aws.call('logs:FilterLogEvents', input, { missing });
    for (const event of found.events ?? []) if (event.message) see(event.message, event);
    nextToken = found.nextToken;
    if (!nextToken) return { isAll: true };
  }
  return { isAll: false };
}
