import { auditLogGroup } from '../../constructs/names';
import { LEAST_DAYS, learnBaseline, wholeDays } from '../baseline/learn';
import { HourlyUse } from '../baseline/use';
import { BASELINES_LOCK } from '../config/config-files';
import type { Baseline } from '../config/model';
import { baselinesLockSchema } from '../config/schema/lock-schema';
import { auditRecord } from './audit/record';
import { answered } from './aws';
import type { RecordsInput } from './learn';
import { type LockWrite, readLockFile, writeLockFile } from './lock-file';
import { linesOf } from './preflight/live-log';

export type BaselineResult =
  | {
      readonly reason: 'learned';
      readonly agent: string;
      readonly learned: Baseline;
      readonly before?: Baseline;
    }
  | { readonly reason: 'too-little' | 'no-answer'; readonly message: string };

/** The usual use of an agent's rules by its records, beside the ratified one. It changes nothing. */
export async function learnUse({ airlock, agent, aws, since, now }: RecordsInput): Promise<BaselineResult> {
  const use = new HourlyUse();
  const known = new Set(agent.egress.map(({ id }) => id));
  const see = (line: string) => {
    const record = auditRecord(line);
    const rule = record?.rule;
    // A rule that the agent no longer has needs no baseline.
    if (record && (typeof rule !== 'string' || known.has(rule))) use.add(record, Date.parse(record.time));
  };
  const read = await answered(() =>
    linesOf(aws, auditLogGroup(airlock.name, agent.name), since, see, ['gate']),
  );
  if ('reason' in read) return read;
  if (!read.isAll)
    return {
      reason: 'no-answer',
      message: 'CloudWatch has more records than this reads: take a shorter --since',
    };
  const days = wholeDays(use, now.getTime());
  if (days.days < LEAST_DAYS)
    return {
      reason: 'too-little',
      message: `the records of ${agent.name} reach back ${days.days} whole days, and ${LEAST_DAYS} are needed: wait, or pass a longer --since`,
    };
  const { baseline: before } = agent;
  return {
    reason: 'learned',
    agent: agent.name,
    learned: learnBaseline(use, days),
    ...(before && { before }),
  };
}

export type RatifyResult =
  | BaselineResult
  | ({ readonly agent: string; readonly learned: Baseline; readonly before?: Baseline } & (
      | { readonly reason: 'ratified' | 'current' }
      | Extract<LockWrite, { reason: 'unwritable' }>
    ));

/** Writes what was learned to the lock file, which a person reviews and commits. The baselines of other agents stay. */
export function ratify(directory: string, result: BaselineResult): RatifyResult {
  if (result.reason !== 'learned') return result;
  const { agent, learned, before } = result;
  const read = readLockFile(directory, BASELINES_LOCK, baselinesLockSchema);
  if (read.reason === 'unreadable')
    return { ...result, reason: 'unwritable', message: read.message, fix: read.fix };
  const agents = { ...(read.reason === 'read' ? read.value.agents : {}), [agent]: learned };
  const names = Object.keys(agents).sort();
  const written = writeLockFile(directory, BASELINES_LOCK, {
    version: 1,
    agents: Object.fromEntries(names.map((name) => [name, asText(agents[name] as Baseline)])),
  });
  return {
    ...written,
    reason: written.reason === 'written' ? 'ratified' : written.reason,
    agent,
    learned,
    ...(before && { before }),
  } as RatifyResult;
}

/** The 24 hours on one line, so that a diff can be read. */
function asText({ rules, ...rest }: Baseline): object {
  const text = Object.entries(rules).map(([rule, use]) => [
    rule,
    Object.fromEntries(
      Object.entries(use).map(([quantity, usual]) => [quantity, { ...usual, hours: usual.hours.join(' ') }]),
    ),
  ]);
  return { ...rest, rules: Object.fromEntries(text) };
}
