import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { auditLogGroup, WARDEN_STREAM } from '../../../constructs/names';
import { linkOf, readHead } from '../../audit/chain';
import type { Verdict } from '../../audit/verdict';
import { ChainVerifier } from '../../audit/verify';
import { fieldOf, jsonIn, listOf } from '../../json';
import { type Aws, isAwsError, type NoAnswer } from '../aws';
import { linesOf } from '../preflight/live-log';
import { type ArchiveFiles, archivedLines } from './archive-files';

const GATE_STREAM = 'gate';

/** Where the trail is: CloudWatch, the write-once archive, or a file that somebody exported from there. */
export type TrailSource =
  | {
      readonly aws: Aws;
      readonly stack: string;
      readonly agent: string;
      readonly since: Date;
    }
  | { readonly file: string }
  | { readonly archive: ArchiveFiles };

export type VerifyTrailResult =
  | ({ readonly reason: 'verified'; readonly isAll: boolean } & Verdict)
  | NoAnswer;

/** A line of the trail, with the stream and the times that CloudWatch has of it. */
interface Event {
  readonly message?: string;
  readonly logStreamName?: string;
  readonly timestamp?: number;
  readonly ingestionTime?: number;
}

/** Whether the gate's records of an agent are whole, by their own chain and by the heads that warden put beside them. */
export async function verifyTrail(source: TrailSource, now: Date): Promise<VerifyTrailResult> {
  const trail = new Trail();
  try {
    if ('file' in source) {
      await eachEvent(source.file, (event) => trail.see(event));
      return { reason: 'verified', isAll: true, ...trail.end(trail.latest ?? now) };
    }
    if ('archive' in source) {
      for await (const message of archivedLines(source.archive)) trail.see({ message });
      return { reason: 'verified', isAll: true, ...trail.end(now) };
    }
    const { aws, stack, agent, since } = source;
    const group = auditLogGroup(stack, agent);
    const see = (_: string, event: Event) => trail.see(event);
    const streams = [GATE_STREAM, WARDEN_STREAM];
    const { isAll } = await linesOf(aws, group, since, see, streams);
    return { reason: 'verified', isAll, ...trail.end(now, since) };
  } catch (error) {
    if (isAwsError(error)) return { reason: 'no-answer', message: `${error.message}: ${error.fix}` };
    const code = (error as NodeJS.ErrnoException).code;
    if ('aws' in source || code === undefined) throw error;
    const what = 'file' in source ? source.file : 'the archive';
    const message =
      code === 'ENOENT' ? `${what} doesn't exist: correct the path` : `${what} can't be read: ${code}`;
    return { reason: 'no-answer', message };
  }
}

/** Gives the verifier lines in order: CloudWatch promises none for those of one millisecond, so their numbers give it. */
class Trail {
  private readonly verifier = new ChainVerifier();
  private held: { readonly text: string; readonly seq: number; readonly ingested?: number }[] = [];
  private heldAt: number | undefined;
  /** When CloudWatch got the last line: what it got later isn't in an export, however long ago that was made. */
  latest: Date | undefined;

  see({ message: text = '', logStreamName, timestamp, ingestionTime }: Event): void {
    if (ingestionTime !== undefined && !(ingestionTime <= (this.latest?.getTime() ?? 0)))
      this.latest = new Date(ingestionTime);
    const link = linkOf(text);
    const isRecord = link !== undefined || text.startsWith('{"record":');
    if (!isRecord && logStreamName !== GATE_STREAM) {
      const head = headIn(text);
      if (head) this.verifier.head(head.head, timestamp ?? head.at);
      // An export may leave out the streams' names.
      const isWarden = logStreamName === WARDEN_STREAM || /^\{"(time|_aws)":/.test(text);
      if (head || isWarden) return;
    }
    if (timestamp === undefined || timestamp !== this.heldAt) this.flush();
    this.heldAt = timestamp;
    this.held.push({ text, seq: link?.seq ?? 0, ingested: ingestionTime });
  }

  end(now: Date, since?: Date): Verdict {
    this.flush();
    return this.verifier.end(now.getTime(), since?.getTime());
  }

  private flush(): void {
    if (this.held.length > 1) this.held.sort((one, other) => one.seq - other.seq);
    for (const { text, ingested } of this.held) this.verifier.line(text, ingested);
    this.held = [];
  }
}

/** The head in a health line of warden's. */
function headIn(text: string) {
  if (!text.includes('"head":')) return undefined;
  const parsed = jsonIn(text);
  const [head, at] = [readHead(fieldOf(parsed, 'head')), Number(fieldOf(parsed, '_aws', 'Timestamp'))];
  return head && Number.isFinite(at) ? { head, at } : undefined;
}

/**
 * The events of an export, a line each: a record or a health line as it is, an event of `aws logs filter-log-events`, or a
 * batch of a subscription, which is what the archive holds.
 */
async function eachEvent(file: string, see: (event: Event) => void): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    if (line === '') continue;
    const parsed = /^\{"(record|_aws|time)"/.test(line) ? undefined : jsonIn(line);
    const logStreamName = fieldOf(parsed, 'logStream');
    const batch = listOf(fieldOf(parsed, 'logEvents')) as Event[];
    if (batch.length > 0)
      for (const event of batch)
        see({ ...event, ...(typeof logStreamName === 'string' && { logStreamName }) });
    else if (typeof fieldOf(parsed, 'message') === 'string') see(parsed as Event);
    else see({ message: line });
  }
}
