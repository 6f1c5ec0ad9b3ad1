import { join } from 'node:path';
import { archiveState } from './archive';
import { RECORDS_LOG } from './cloudwatch-agent';
import { HISTORY_BYTES } from './gate/history-file';
import type { Host } from './host';
import { type Reason, reason } from './reason';

const MIB = 1024 * 1024;
/** Allocated size from which the head of the file is freed. */
const TRIM_ABOVE = 448 * MIB;
/** Bytes of records that stay on the box although CloudWatch has them: the gate counts from them at its start. */
const KEEP = HISTORY_BYTES;
/**
 * Bytes of records that may wait for CloudWatch or the archive: four hours of the most that a gate writes with the default caps, and of a
 * usual agent weeks. Beyond them iron-proxy is stopped, because what can't be recorded isn't let out.
 */
const BACKLOG = 256 * MIB;
/** Below this it starts again. */
const BACKLOG_OVER = 192 * MIB;
/** How long lines may wait for CloudWatch before that is a fault, in milliseconds: LOG-1 says within a minute. */
const STALL = 3 * 60_000;
/** The same for the signal, which people may get without a fault: CloudWatch may take lines slowly. */
const LATE = 10 * 60_000;

export interface AuditProgress {
  readonly sent: number;
  /** Since when lines wait and none has been sent. */
  readonly waitingSince?: number;
  /** A length that the file had, and when: what is before it is older. */
  readonly mark?: { readonly length: number; readonly at: number };
  /** Whether too many waited at the last pass. */
  readonly isBacklogged?: boolean;
}

/**
 * Keeps the gate's records from filling the disk, without losing one. The space of records that CloudWatch and the archive have is freed as a
 * hole at the head of the file, which changes no offset of the writer or the reader. Records that were not sent are never
 * touched: when too many wait, or fill the disk, warden stops iron-proxy.
 *
 * @returns `closed` when iron-proxy must be stopped
 */
export async function tendAuditFile(
  host: Host,
  progress: AuditProgress | undefined,
): Promise<{ readonly progress: AuditProgress; readonly reason?: Reason; readonly closed?: Reason }> {
  const size = (await host.size(host.paths.records)) ?? { length: 0, allocated: 0, modified: 0 };
  const sent = Math.min(sentBytes(await stateOf(host, RECORDS_LOG)), size.length);
  // Where there is no archive, it lacks nothing.
  const { offset = sent } = (await archiveState(host)) ?? {};
  const kept = Math.min(sent, offset);
  if (size.allocated > TRIM_ABOVE && kept > KEEP) {
    const length = String(kept - KEEP);
    const { records } = host.paths;
    await host.run({
      file: 'fallocate',
      arguments: ['--punch-hole', '--offset', '0', '--length', length, records],
      timeoutSeconds: 30,
    });
  }
  const waiting = size.length - kept;
  const isBacklogged = waiting > (progress?.isBacklogged ? BACKLOG_OVER : BACKLOG);
  const closed = isBacklogged
    ? reason('audit-backlog', `${Math.floor(waiting / MIB)} MiB wait, ${BACKLOG / MIB} MiB may`)
    : undefined;
  const known = progress?.mark;
  const mark = known === undefined || sent >= known.length ? { length: size.length, at: host.now() } : known;
  const moving = sent >= size.length || sent !== progress?.sent;
  if (moving) return { progress: { sent, mark, isBacklogged }, closed };
  const waitingSince = progress.waitingSince ?? host.now();
  const waited = host.now() - waitingSince;
  return {
    progress: { sent, mark, waitingSince, isBacklogged },
    closed,
    ...(waited >= STALL && { reason: reason('audit-stalled', `${waiting} bytes wait`) }),
  };
}

/** What waits too long for CloudWatch. Without a clock that was set back, the mark is no older than the records that wait. */
export function recordsLate({ mark }: AuditProgress, now: number): string | undefined {
  return mark !== undefined && now - mark.at > LATE
    ? `records of ${new Date(mark.at).toISOString()} and before are not in CloudWatch`
    : undefined;
}

/**
 * The CloudWatch agent's state file of one log. Its name differs between versions of that agent; its second line is always
 * the log's name.
 */
async function stateOf(host: Host, log: string): Promise<string | undefined> {
  let newest: { readonly state: string; readonly modified: number } | undefined;
  for (const name of await host.list(host.paths.sentOffsets)) {
    const path = join(host.paths.sentOffsets, name);
    const state = await host.read(path).catch(() => undefined);
    const modified = (await host.size(path))?.modified ?? 0;
    // The file of an older version may still be there.
    if (state?.split('\n')[1] === log && modified >= (newest?.modified ?? 0)) newest = { state, modified };
  }
  return newest?.state;
}

/**
 * The CloudWatch agent's state file: the greatest offset, the file's name, then the ranges it has sent
 * (internal/state/range.go of its source). Only a range that starts at the beginning counts.
 */
export function sentBytes(state: string | undefined): number {
  const [greatest = '', , ranges] = (state ?? '').split('\n');
  if (!/^[0-9]{1,15}$/.test(greatest)) return 0;
  if (ranges === undefined || ranges === '') return Number(greatest);
  const first = /^0-([0-9]{1,15})(,|$)/.exec(ranges);
  return first === null ? 0 : Number(first[1]);
}
