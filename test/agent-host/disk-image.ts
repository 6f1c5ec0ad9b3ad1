import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** ext4's first spare superblock, with blocks of 4 KiB. */
export const SPARE = 32768 * 4096;

/** A blank disk, sparse; big enough for a spare superblock unless told otherwise. */
export function blankDisk(path: string, mebibytes = 136): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, mebibytes * 1024 * 1024);
  closeSync(file);
}

export function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}

/** Everything a new file system would overwrite first: the disk's head and the first spare superblock. */
export function heads(path: string): string {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(2 * 1024 * 1024);
  const read = [0, SPARE].map((offset) =>
    chunk.subarray(0, readSync(file, chunk, 0, chunk.length, offset)).toString('base64'),
  );
  closeSync(file);
  return read.join();
}

/** A DOS partition table with one partition. */
export function partitionTable(): Uint8Array {
  const table = Buffer.alloc(512);
  table.set([0x80, 0, 2, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0], 446);
  table.set([0x55, 0xaa], 510);
  return table;
}
