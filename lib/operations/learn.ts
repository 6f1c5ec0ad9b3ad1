import { auditLogGroup } from '../../constructs/names';
import type { Agent, Airlock } from '../config/model';
import { auditRecord } from './audit/record';
import { type Aws, answered, type NoAnswer } from './aws';
import { type DroppedRule, unusedRules } from './learn/drop';
import { type Proposal, proposalOf } from './learn/propose';
import { Seen } from './learn/seen';
import { linesOf } from './preflight/live-log';

const DAY = 86_400_000;
/** Days without a request after which a rule is to drop. */
export const UNUSED_DAYS = 30;

/** What the records of one agent are read with. */
export interface RecordsInput {
  readonly airlock: Airlock;
  readonly agent: Agent;
  readonly aws: Aws;
  readonly since: Date;
  readonly now: Date;
}

export type LearnResult =
  | {
      readonly reason: 'learned';
      readonly agent: string;
      readonly file: string;
      readonly proposal: Proposal;
      readonly unused: readonly DroppedRule[];
      /** Why no rule is called unused; absent when the records suffice. */
      readonly tooFew?: string;
    }
  | NoAnswer;

/** What the records say of an agent's rules. It changes nothing: a person applies what it proposes. */
export async function learn(input: RecordsInput): Promise<LearnResult> {
  const { airlock, agent, aws, since, now } = input;
  const month = new Date(now.getTime() - UNUSED_DAYS * DAY);
  const from = month < since ? month : since;
  const seen = new Seen(since);
  const see = (line: string) => {
    const record = auditRecord(line);
    if (record) seen.add(record);
  };
  const group = auditLogGroup(airlock.name, agent.name);
  const read = await answered(() => linesOf(aws, group, from, see, ['gate']));
  if ('reason' in read) return read;
  const days = Math.floor((now.getTime() - seen.oldest) / DAY);
  const tooFew = !read.isAll
    ? 'CloudWatch has more records than this reads'
    : days < UNUSED_DAYS - 1
      ? `the records reach back ${Math.max(0, days)} days, and ${UNUSED_DAYS} are needed`
      : undefined;
  return {
    reason: 'learned',
    agent: agent.name,
    file: agent.file,
    proposal: proposalOf(airlock, agent, seen),
    unused: tooFew ? [] : unusedRules(agent, seen),
    ...(tooFew && { tooFew }),
  };
}
