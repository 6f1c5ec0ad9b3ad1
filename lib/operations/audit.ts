import { auditLogGroup } from '../../constructs/names';
import { type AuditRecord, auditRecord, isRefusal } from './audit/record';
import { type Aws, answered, type NoAnswer } from './aws';
import { linesOf } from './preflight/live-log';

/** The newest records that one answer holds: a busy day has more than a terminal shows. */
export const MOST_RECORDS = 10_000;
/** Milliseconds that a record may need on its way to CloudWatch; LOG-1 says a minute. */
const LATE = 120_000;

export interface AuditInput {
  readonly aws: Aws;
  readonly stack: string;
  readonly agent: string;
  readonly since: Date;
  /** Refusals alone. */
  readonly denied: boolean;
}

export type AuditResult =
  | {
      readonly reason: 'read';
      readonly agent: string;
      readonly since: string;
      /** Oldest first. */
      readonly records: readonly AuditRecord[];
      /** Lines that are no record. */
      readonly unreadable: number;
      /** Older records that are left out. */
      readonly leftOut: number;
      /** Whether CloudWatch has given every line. */
      readonly isAll: boolean;
    }
  | NoAnswer;

/**
 * The gate's records of one agent.
 *
 * @param isNew which lines count @default all
 */
export async function audit(
  { aws, stack, agent, since, denied }: AuditInput,
  isNew: (line: string) => boolean = () => true,
): Promise<AuditResult> {
  const records: AuditRecord[] = [];
  let [unreadable, leftOut] = [0, 0];
  const see = (line: string) => {
    if (!isNew(line)) return;
    const record = auditRecord(line);
    if (record === undefined) unreadable += 1;
    else if (!denied || isRefusal(record)) records.push(record);
    if (records.length >= 2 * MOST_RECORDS) leftOut += records.splice(0, MOST_RECORDS).length;
  };
  return answered<AuditResult>(async () => {
    const { isAll } = await linesOf(aws, auditLogGroup(stack, agent), since, see, ['gate']);
    leftOut += records.splice(0, Math.max(0, records.length - MOST_RECORDS)).length;
    return { reason: 'read', agent, since: since.toISOString(), records, unreadable, leftOut, isAll };
  });
}

/**
 * The records as they arrive, until AWS gives no answer.
 *
 * @param wait before the next look; false ends it
 * @param see gets each answer, with what is new in it
 */
export async function followAudit(
  input: AuditInput,
  now: () => Date,
  wait: () => Promise<boolean>,
  see: (result: AuditResult) => void,
): Promise<void> {
  let { since } = input;
  let known: ReadonlySet<string> = new Set();
  do {
    const lines = new Set<string>();
    const result = await audit({ ...input, since }, (line) => {
      lines.add(line);
      return !known.has(line);
    });
    see(result);
    if (result.reason === 'no-answer') return;
    known = lines;
    since = new Date(Math.max(since.getTime(), now().getTime() - LATE));
  } while (await wait());
}
