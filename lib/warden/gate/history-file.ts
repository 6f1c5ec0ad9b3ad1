import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { jsonIn } from '../../json';
import { History, savedSchema } from './history';
import { writeWhole } from './whole-file';

const MIB = 1024 * 1024;
/** How much of the records' end is read where nothing is kept: more than the largest allowed cap of a day. */
export const HISTORY_BYTES = 320 * MIB;
/** Bytes of records after which the history is kept. */
export const HISTORY_STEP = 8 * MIB;
const CHUNK = 256 * 1024;
/** Bytes before an offset by which the file is known again: each record has digests. */
const MARK = 4096;

const schema = z.strictObject({
  /** Another number where lines count in another way than before. */
  version: z.literal(1),
  offset: z.int().check(z.minimum(1)),
  /** SHA-256 of the bytes before the offset. */
  mark: z.string(),
  history: savedSchema,
});

/**
 * What the records say. It is kept every 8 MiB, with the place in the file, and only what came after is read: a flood of
 * records doesn't delay the next start, and a start that is killed goes on where it was. A kept history that isn't of
 * these records counts for nothing.
 *
 * @param kept The file for it. @default it isn't kept
 */
export async function readHistory(records: string, now: number, kept?: string): Promise<History> {
  const file = await open(records, 'r').catch(absent);
  if (file === undefined) return new History();
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - HISTORY_BYTES);
    const found = kept === undefined ? undefined : await keptHistory(kept, file, size);
    const history = new History(found?.history ?? { charges: { byDay: [], since: '', isCut: start > 0 } });
    for (let offset = found?.offset ?? start; offset < size; ) {
      const end = Math.min(size, offset + HISTORY_STEP);
      const read = await readLines(file, offset, end, (text) => history.see(text, now));
      if (end === size) break;
      // A step without a line's end holds no record.
      offset = read > offset ? read : end;
      if (kept === undefined || history.isAhead) continue;
      const saved = { version: 1, offset, mark: await markAt(file, offset), history: history.save(now) };
      // Without it the next start reads more.
      await writeWhole(kept, `${JSON.stringify(saved)}\n`).catch(() => undefined);
    }
    return history;
  } finally {
    await file.close();
  }
}

async function keptHistory(path: string, file: FileHandle, size: number) {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const read = schema.safeParse(jsonIn(text));
  if (!read.success || read.data.offset > size) return undefined;
  return (await markAt(file, read.data.offset)) === read.data.mark ? read.data : undefined;
}

async function markAt(file: FileHandle, offset: number): Promise<string> {
  const start = Math.max(0, offset - MARK);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(offset - start), 0, offset - start, start);
  return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
}

/** @returns the offset after the last whole line */
async function readLines(
  file: FileHandle,
  start: number,
  end: number,
  see: (text: string) => void,
): Promise<number> {
  const buffer = Buffer.alloc(CHUNK);
  let [after, rest] = [start, ''];
  for (let at = start; at < end; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, end - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      see(text);
      after += text.length + 1;
    }
  }
  return after;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
