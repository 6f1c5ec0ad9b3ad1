import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Most bytes of a record with its link: the CloudWatch agent cuts a line of 256 KiB. */
export const LINE_LIMIT = 240 * 1024;

/** How a file of lines ends. */
export interface FileEnd {
  /** The last whole line, if there is one. */
  readonly line?: string;
  /** What stands after it: a write that was cut. */
  readonly torn?: { readonly bytes: number; readonly digest: string };
}

export async function fileEnd(file: Pick<FileHandle, 'stat' | 'read'>): Promise<FileEnd> {
  const { size } = await file.stat();
  const start = Math.max(0, size - 2 * LINE_LIMIT);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
  const bytes = buffer.subarray(0, bytesRead);
  const last = bytes.lastIndexOf(0x0a);
  const rest = bytes.subarray(last + 1);
  const torn = rest.length > 0 && {
    bytes: rest.length,
    digest: createHash('sha256').update(rest).digest('hex'),
  };
  const from = last < 0 ? -1 : bytes.subarray(0, last).lastIndexOf(0x0a) + 1;
  // The space of lines that CloudWatch has is freed, and reads as zeros.
  const line = from < 0 ? '' : bytes.toString('utf8', from, last).replace(/^\0+/, '');
  return { ...(line !== '' && { line }), ...(torn && { torn }) };
}
