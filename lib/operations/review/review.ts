import { auditLogGroup } from '../../../constructs/names';
import type { Agent, Airlock } from '../../config/model';
import type { AgentReview } from '../../review/agent-review';
import { Review } from '../../review/review';
import { auditRecord } from '../audit/record';
import { type Aws, answered, type NoAnswer } from '../aws';
import { linesOf } from '../preflight/live-log';
import { standings } from './standing';

export interface ReviewInput {
  readonly airlock: Airlock;
  readonly agents: readonly Agent[];
  readonly aws: Aws;
  readonly since: Date;
  readonly now: Date;
}

export type ReviewResult =
  | { readonly reason: 'reviewed'; readonly stack: string; readonly agents: readonly AgentReview[] }
  | NoAnswer;

/** What agents did, by their records. It reads as far back again, to know what is new. */
export function review({ airlock, agents, aws, since, now }: ReviewInput): Promise<ReviewResult> {
  const before = new Date(2 * since.getTime() - now.getTime());
  const standing = standings({ aws, stack: airlock.name, now, budgets: true });
  const reviewOf = async (agent: Agent) => {
    const found = new Review(agent.name, since, now, agent.baseline, agent.watch.limits);
    const see = (line: string) => {
      const record = auditRecord(line);
      if (record) found.add(record);
      else found.unreadable += 1;
    };
    found.isAll = (await linesOf(aws, auditLogGroup(airlock.name, agent.name), before, see, ['gate'])).isAll;
    const inForce = agent.egress.flatMap(({ id, risk }) => (risk === 'high' ? [] : [id]));
    return found.result(inForce, await standing(agent.name, agent.baseline?.from));
  };
  return answered<ReviewResult>(async () => ({
    reason: 'reviewed',
    stack: airlock.name,
    agents: await Promise.all(agents.map(reviewOf)),
  }));
}
