import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { auditLogGroup } from '../../constructs/names';
import type { Agent, Airlock } from '../config/model';
import { type AgentReview, Review } from '../review/review';
import { auditRecord } from './audit/record';
import { asking, isAwsError } from './preflight/asking';
import { linesOf } from './preflight/live-log';

export interface ReviewInput {
  readonly airlock: Airlock;
  readonly agents: readonly Agent[];
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
  readonly region: string;
  readonly since: Date;
  readonly now: Date;
}

export type ReviewResult =
  | { readonly reason: 'reviewed'; readonly stack: string; readonly agents: readonly AgentReview[] }
  | { readonly reason: 'no-answer'; readonly message: string };

/** What agents did, by their records. It reads as far back again, to know what is new. */
export async function review({
  airlock,
  agents,
  logs,
  region,
  since,
  now,
}: ReviewInput): Promise<ReviewResult> {
  const before = new Date(2 * since.getTime() - now.getTime());
  const reviewOf = async (agent: Agent) => {
    const found = new Review(agent.name, since, now, agent.baseline);
    const see = (line: string) => {
      const record = auditRecord(line);
      if (record) found.add(record);
      else found.unreadable += 1;
    };
    const { isAll } = await linesOf(
      logs,
      asking(region),
      auditLogGroup(airlock.name, agent.name),
      region,
      before,
      see,
      ['gate'],
    );
    if (!isAll) found.isAll = false;
    return found.result(agent.egress.flatMap(({ id, risk }) => (risk === 'high' ? [] : [id])));
  };
  try {
    return { reason: 'reviewed', stack: airlock.name, agents: await Promise.all(agents.map(reviewOf)) };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { reason: 'no-answer', message: `${error.message}: ${error.fix}` };
  }
}
