import { fieldOf, isRecord, listOf } from '../json';
import type { Host } from './host';
import { say } from './log';

/**
 * iron-proxy's own log is testimony: it may hold bytes of the agent's. iron-proxy appends to a file that only warden reads,
 * so it never waits for warden. Each of its lines becomes a text within a line of ours, which no bytes can leave.
 */
export interface TestimonyState {
  /** Where the next unread line of iron-proxy's file begins. */
  readonly offset: number;
  /** The day (UTC) whose bytes are counted. */
  readonly day: number;
  readonly written: number;
  /** Bytes of iron-proxy's that the day's limit left out. */
  readonly omitted: number;
}

export const NO_TESTIMONY: TestimonyState = { offset: 0, day: 0, written: 0, omitted: 0 };

const MIB = 1024 * 1024;
export const LINE_LIMIT = 8192;
export const DAY_LIMIT = 64 * MIB;
const CHUNK = MIB;
const CHUNKS = 64;
/** Length at which the file is renamed; the CloudWatch agent follows it to its end. */
const ROTATE_ABOVE = 64 * MIB;
/** Allocated size of iron-proxy's file from which what was read is freed. */
const FREE_ABOVE = 128 * MIB;
const DAY = 86_400_000;

export interface Framed {
  readonly lines: readonly string[];
  /** Bytes of the chunk that were used. */
  readonly used: number;
  /** Records of requests that the gate allowed and iron-proxy's allowlist refused. */
  readonly disagreements: readonly string[];
}

/** Frames the whole lines of a chunk; a chunk without a line end is cut into lines itself. Pure. */
export function frame(chunk: Buffer, now: number): Framed {
  const end = chunk.lastIndexOf(0x0a) + 1 || (chunk.length >= CHUNK ? chunk.length : 0);
  const texts = chunk.subarray(0, end).toString('utf8').split('\n');
  const lines = texts.filter((text) => text !== '');
  return {
    lines: lines.map((text) => framedLine({ time: new Date(now).toISOString() }, redacted(text))),
    used: end,
    disagreements: lines.flatMap(disagreement),
  };
}

/** Without path and query of the addresses in it: a failed request's error may quote one with a secret. */
export function redacted(text: string): string {
  return text.replace(/(https?:\/\/[^/?#\s"\\]{0,260})[/?#][^\s"\\]*/gi, '$1/...');
}

function framedLine(fields: object, text: string): string {
  for (let kept = Math.min(text.length, LINE_LIMIT); ; kept = Math.floor(kept * 0.8)) {
    const cut = kept < text.length ? { characters: text.length } : {};
    const line = asciiJson({ testimony: 'iron-proxy', ...fields, ...cut, line: text.slice(0, kept) });
    if (line.length < LINE_LIMIT) return line;
  }
}

function asciiJson(fields: object): string {
  return JSON.stringify(fields).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function disagreement(text: string): string[] {
  if (!text.includes('"rejected_by":"allowlist"')) return [];
  try {
    const line: unknown = JSON.parse(text);
    const [first] = listOf(fieldOf(line, 'request_transforms'));
    const passed = fieldOf(first, 'name') === 'gate' && fieldOf(first, 'action') === 'allow';
    return passed ? [String(fieldOf(first, 'annotations', 'record'))] : [];
  } catch {
    return [];
  }
}

/** Frames what iron-proxy has written since. To be called every second. */
export async function tendTestimony(host: Host): Promise<void> {
  const { auditLog, testimony } = host.paths;
  const size = await host.size(auditLog);
  if (size === undefined) return;
  const before = await readState(host);
  // A shorter file is a new one.
  let state: TestimonyState = size.length < before.offset ? { ...before, offset: 0 } : before;
  for (let chunks = 0; chunks < CHUNKS && state.offset < size.length; chunks += 1) {
    const next = await step(host, state, size.length);
    if (next === state) break;
    state = next;
  }
  if (state !== before) await writeState(host, state);
  if (((await host.size(testimony))?.length ?? 0) > ROTATE_ABOVE) await rotate(host);
  if (size.allocated > FREE_ABOVE && state.offset > 0) {
    const words = ['--punch-hole', '--offset', '0', '--length', String(state.offset), auditLog];
    await host.run({ file: 'fallocate', arguments: words, timeoutSeconds: 30 });
  }
}

async function step(host: Host, state: TestimonyState, length: number): Promise<TestimonyState> {
  const day = Math.floor(host.now() / DAY);
  if (day !== state.day) {
    if (state.omitted > 0) await append(host, [omission(host.now(), state.omitted)]);
    return { ...state, day, written: 0, omitted: 0 };
  }
  if (state.written >= DAY_LIMIT) {
    if (state.omitted === 0) await append(host, [omission(host.now(), length - state.offset)]);
    return { ...state, offset: length, omitted: state.omitted + length - state.offset };
  }
  const chunk = await host.slice(host.paths.auditLog, state.offset, CHUNK);
  const { lines, used, disagreements } = frame(chunk, host.now());
  if (used === 0) return state;
  await append(host, lines);
  if (disagreements.length > 0) {
    const detail = `${disagreements.length} requests, such as ${disagreements[0]}`;
    await say(host, 'error', 'iron-proxy refused what the gate had allowed', detail);
  }
  const written = lines.reduce((sum, line) => sum + line.length + 1, state.written);
  return { ...state, offset: state.offset + used, written };
}

function omission(now: number, bytes: number): string {
  return asciiJson({ testimony: 'iron-proxy', time: new Date(now).toISOString(), omittedBytes: bytes });
}

async function append(host: Host, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await host.append(host.paths.testimony, lines.join('\n'), { mode: 0o640, group: 'cwagent' });
}

async function rotate(host: Host): Promise<void> {
  await host.place(host.paths.testimony, `${host.paths.testimony}.1`);
}

async function readState(host: Host): Promise<TestimonyState> {
  try {
    const parsed: unknown = JSON.parse((await host.read(host.paths.testimonyState)) ?? '');
    return isRecord(parsed) ? { ...NO_TESTIMONY, ...parsed } : NO_TESTIMONY;
  } catch {
    return NO_TESTIMONY;
  }
}

async function writeState(host: Host, state: TestimonyState): Promise<void> {
  await host.write(host.paths.testimonyState, `${JSON.stringify(state)}\n`, { mode: 0o600 });
}
