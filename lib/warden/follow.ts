import { isRecord } from '../json';
import type { Host } from './host';
import { say } from './log';

/**
 * A log that a program writes and warden alone reads. What it holds goes on, line by line, into a file that the CloudWatch
 * agent follows, up to a day's limit: the program never waits for warden, and no flood fills the disk or the bill.
 */
export interface FollowedLog {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly state: string;
  /** Bytes a day (UTC) that go on. */
  readonly dayLimit: number;
  /** Stands in each record of `from` once: what the limit leaves out is counted by it. */
  readonly mark: string;
  /** The lines that go on for the whole lines of a chunk. */
  frame(chunk: Buffer, now: number): Framed;
}

export interface Framed {
  readonly lines: readonly string[];
  /** Bytes of the chunk that were used. */
  readonly used: number;
  /** What warden's own log must say. */
  readonly error?: readonly [message: string, detail: string];
}

export interface FollowState {
  /** Where the next unread line begins. */
  readonly offset: number;
  /** The day (UTC) whose bytes are counted. */
  readonly day: number;
  readonly written: number;
  /** What the day's limit left out. */
  readonly omittedBytes: number;
  readonly omittedRecords: number;
}

const NOTHING: FollowState = { offset: 0, day: 0, written: 0, omittedBytes: 0, omittedRecords: 0 };
const MIB = 1024 * 1024;
const CHUNK = MIB;
const CHUNKS = 64;
/** Allocated size from which what was read is freed. */
const FREE_ABOVE = 64 * MIB;
const DAY = 86_400_000;

/** The text up to its last line end; a chunk without one is cut into a line itself. */
export function wholeLines(chunk: Buffer): { readonly lines: readonly string[]; readonly used: number } {
  const used = chunk.lastIndexOf(0x0a) + 1 || (chunk.length >= CHUNK ? chunk.length : 0);
  const texts = chunk.subarray(0, used).toString('utf8').split('\n');
  return { lines: texts.filter((text) => text !== ''), used };
}

export function asciiJson(fields: object): string {
  return JSON.stringify(fields).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Passes on what was written since. To be called every second. */
export async function follow(host: Host, log: FollowedLog): Promise<void> {
  const size = await host.size(log.from);
  if (size === undefined) return;
  const before = await readState(host, log);
  // A shorter file is a new one.
  let state: FollowState = size.length < before.offset ? { ...before, offset: 0 } : before;
  for (let chunks = 0; chunks < CHUNKS && state.offset < size.length; chunks += 1) {
    const next = await step(host, log, state);
    if (next === state) break;
    state = next;
  }
  if (state !== before) await host.write(log.state, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  // The CloudWatch agent follows a renamed file to its end.
  if (((await host.size(log.to))?.length ?? 0) > log.dayLimit) await host.place(log.to, `${log.to}.1`);
  if (size.allocated > FREE_ABOVE && state.offset > 0) {
    const words = ['--punch-hole', '--offset', '0', '--length', String(state.offset), log.from];
    await host.run({ file: 'fallocate', arguments: words, timeoutSeconds: 30 });
  }
}

async function step(host: Host, log: FollowedLog, state: FollowState): Promise<FollowState> {
  const day = Math.floor(host.now() / DAY);
  if (day !== state.day) {
    if (state.omittedBytes > 0) await append(host, log, [omission(host.now(), log, state)]);
    return { ...NOTHING, offset: state.offset, day };
  }
  const chunk = await host.slice(log.from, state.offset, CHUNK);
  // Also beyond the day's limit: what is looked for in the lines must not hide behind a flood.
  const { lines, used, error } = log.frame(chunk, host.now());
  if (used === 0) return state;
  if (error) await say(host, 'error', ...error);
  if (state.written >= log.dayLimit) {
    const next = {
      ...state,
      offset: state.offset + used,
      omittedBytes: state.omittedBytes + used,
      omittedRecords: state.omittedRecords + marksIn(chunk.subarray(0, used), log.mark),
    };
    if (state.omittedBytes === 0) await append(host, log, [omission(host.now(), log, next)]);
    return next;
  }
  await append(host, log, lines);
  const written = lines.reduce((sum, line) => sum + line.length + 1, state.written);
  return { ...state, offset: state.offset + used, written };
}

function marksIn(chunk: Buffer, mark: string): number {
  let count = 0;
  for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + 1)) count += 1;
  return count;
}

function omission(now: number, { name }: FollowedLog, state: FollowState): string {
  const { omittedBytes, omittedRecords } = state;
  return asciiJson({ log: name, time: new Date(now).toISOString(), omittedBytes, omittedRecords });
}

async function append(host: Host, { to }: FollowedLog, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await host.append(to, lines.join('\n'), { mode: 0o640, group: 'cwagent' });
}

async function readState(host: Host, { state }: FollowedLog): Promise<FollowState> {
  try {
    const parsed: unknown = JSON.parse((await host.read(state)) ?? '');
    return isRecord(parsed) ? { ...NOTHING, ...parsed } : NOTHING;
  } catch {
    return NOTHING;
  }
}
