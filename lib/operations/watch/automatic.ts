import { gunzipSync } from 'node:zlib';
import { LIMITS, type Limits } from '../../config/values/signals';
import { fieldOf } from '../../json';
import { isReviewTime } from '../../review/queries';
import { type CloudFacts, LOOK_MINUTES, seenInCloud } from '../../watch/cloud-look';
import { seenInEvent } from '../../watch/from-events';
import { seenInLogs } from '../../watch/from-logs';
import type { Machine } from '../../watch/machine';
import type { Seen } from '../../watch/seen';

/** A delivery of CloudWatch Logs has at most 1 MB compressed; unpacked, lines of the same text may be many times that. */
const UNPACKED = 256 * 1024 * 1024;

const SCHEDULED = 'Scheduled Event';

export interface WatchInput {
  readonly stack: string;
  readonly agents: readonly string[];
  /** @default the stack has no NAT gateway */
  readonly natAddress?: string;
  readonly limits: Readonly<Record<string, Limits>>;
  readonly machines: () => Promise<readonly Machine[]>;
  readonly facts: (now: number) => Promise<CloudFacts>;
  readonly now: () => number;
}

/** Whether the clock called the function, in the look that also makes the week's review. A retry of it is due as it was. */
export function isReviewDue(event: unknown): boolean {
  const due = Date.parse(String(fieldOf(event, 'time')));
  return fieldOf(event, 'detail-type') === SCHEDULED && isReviewTime(due, LOOK_MINUTES);
}

/** The signals in what called the function: a delivery of logs, an event of AWS, or the clock. */
export async function seenBy(event: unknown, input: WatchInput): Promise<readonly Seen[]> {
  const { stack, agents, natAddress, limits, machines, facts, now } = input;
  const limit = (id: 'cpu-pegged' | 'rejected-flows') => (agent: string) => limits[agent]?.[id] ?? LIMITS[id];
  const data = fieldOf(event, 'awslogs', 'data');
  if (typeof data === 'string') {
    const unpacked = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: UNPACKED });
    const delivery: unknown = JSON.parse(unpacked.toString('utf8'));
    const isShared = !String(fieldOf(delivery, 'logGroup')).endsWith('/audit');
    return seenInLogs(delivery, {
      stack,
      agents,
      machines: isShared ? await machines() : [],
      rejectedFlows: limit('rejected-flows'),
      now: now(),
    });
  }
  if (fieldOf(event, 'detail-type') === SCHEDULED)
    return seenInCloud(await facts(now()), limit('cpu-pegged'), now());
  return seenInEvent(event, { stack, agents, natAddress, machines: await machines() });
}
