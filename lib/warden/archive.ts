import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import { linkOf } from '../audit/chain';
import { isRecord, jsonIn } from '../json';
import { HOUR, MINUTE } from '../watch/period';
import type { Box } from './box';
import { boxName } from './box-name';
import { LINE_LIMIT } from './gate/last-line';
import { AwsError, type Host } from './host';

/** Most bytes of records in a file: when so many wait, they are put at once. */
const CHUNK = 4 * 1024 * 1024;
/** How long a record may wait for the next file. Looks and puts take some minutes of the hour. */
const INTERVAL = 55 * MINUTE;
/** From when on records wait too long. */
const LATE = 2 * HOUR;

export interface ArchiveState {
  /** Bytes of the gate's records that are in the archive. */
  readonly offset: number;
  /** When the first of those behind it was seen, in milliseconds since the epoch. */
  readonly since?: number;
}

export interface ArchiveFile {
  /** The chain and the numbers of its lines, or where unlinked lines stand. */
  readonly name: string;
  readonly text: string;
}

/** How far the archive has come; undefined where there is none. A state that can't be read counts as none of the records. */
export async function archiveState(host: Host): Promise<ArchiveState | undefined> {
  const text = await host.read(host.paths.archive);
  if (text === undefined) return undefined;
  const state = jsonIn(text);
  const { offset, since } = isRecord(state) ? state : {};
  const isOffset = Number.isSafeInteger(offset) && (offset as number) >= 0;
  return { offset: isOffset ? (offset as number) : 0, ...(typeof since === 'number' && { since }) };
}

/** Since when records have waited too long for the archive. */
export function archiveLate(state: ArchiveState | undefined, now: number): string | undefined {
  return state?.since !== undefined && now - state.since > LATE
    ? `records since ${new Date(state.since).toISOString()} are not in the archive`
    : undefined;
}

/**
 * Puts the gate's records into the write-once archive: what has waited for an hour, or 4 MiB. A put that fails is repeated from
 * the disk at the next look, and audit-file.ts frees nothing before it was put. An archive that is switched on later begins
 * then. To be called every minute.
 *
 * @throws AwsError when a file could not be put
 */
export async function archive(host: Host, box: Box, to: BoxManifest['archive']): Promise<void> {
  if (to === undefined) return host.remove(host.paths.archive);
  const now = host.now();
  const length = (await host.size(host.paths.records))?.length ?? 0;
  const known = await archiveState(host);
  const save = (next: ArchiveState) =>
    host.write(host.paths.archive, `${JSON.stringify(next)}\n`, { mode: 0o600 });
  if (known === undefined) return save({ offset: await lineEnd(host, length) });
  // A shorter file is a new one.
  let state: ArchiveState = length < known.offset ? { offset: 0 } : known;
  if (length <= state.offset) return;
  // Not later than now: the clock may have been set back.
  const since = Math.min(state.since ?? now, now);
  if (since !== state.since) await save({ ...state, since });
  const isDue = now - since >= INTERVAL;
  const name = boxName(await host.read(host.paths.machineId));
  while (isDue ? state.offset < length : length - state.offset >= CHUNK) {
    const chunk = await host.slice(host.paths.records, state.offset, CHUNK);
    const { files, used } = filesIn(chunk, state.offset);
    if (used === 0) return;
    for (const file of files) {
      const body = await promisify(gzip)(file.text);
      await host
        .putObject(to.bucket, `${box.agent}/${name}/${file.name}.jsonl.gz`, body, to.keyArn)
        .catch(unlessThere);
    }
    state = { offset: state.offset + used, ...(state.offset + used < length && { since }) };
    await save(state);
  }
}

/** The whole lines of a chunk, a file for each chain. A line without a link goes with the lines around it. Pure. */
export function filesIn(
  chunk: Buffer,
  offset: number,
): { readonly files: readonly ArchiveFile[]; readonly used: number } {
  const end = chunk.lastIndexOf(0x0a) + 1;
  // The space of lines that CloudWatch has is freed, and reads as zeros.
  const used = end || (chunk.length >= CHUNK || chunk.every((byte) => byte === 0) ? chunk.length : 0);
  const lines = chunk.toString('utf8', 0, used).replace(/^\0+/, '').split('\n');
  const groups: { chain?: string; first: number; last: number; lines: string[] }[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const { chain, seq = 0 } = linkOf(line) ?? {};
    const group = groups.at(-1);
    if (group === undefined || (chain !== undefined && (group.chain ?? chain) !== chain))
      groups.push({ chain, first: seq, last: seq, lines: [line] });
    else {
      group.lines.push(line);
      if (chain === undefined) continue;
      if (group.chain === undefined) Object.assign(group, { chain, first: seq });
      group.last = seq;
    }
  }
  const padded = (number: number) => String(number).padStart(15, '0');
  const files = groups.map(({ chain, first, last, lines }) => ({
    name: chain ? `${chain}/${padded(first)}-${padded(last)}` : `unlinked/${padded(offset)}`,
    text: `${lines.join('\n')}\n`,
  }));
  return { files, used };
}

/** The file is in the archive already: the answer to an earlier put was lost. */
function unlessThere(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== 'PreconditionFailed') throw error;
}

async function lineEnd(host: Host, length: number): Promise<number> {
  const from = Math.max(0, length - LINE_LIMIT);
  if (length === 0) return 0;
  return from + (await host.slice(host.paths.records, from, length - from)).lastIndexOf(0x0a) + 1;
}
