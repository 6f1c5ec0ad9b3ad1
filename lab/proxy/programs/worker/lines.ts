import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Complete lines of a file from a byte on, and the byte after the last of them. */
export function lines({ file, from }: { readonly file: string; readonly from: number }): {
  readonly lines: readonly string[];
  readonly end: number;
} {
  const opened = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(fstatSync(opened).size - from, 0));
    const text = bytes.subarray(0, readSync(opened, bytes, 0, bytes.length, from));
    const whole = text.subarray(0, text.lastIndexOf('\n') + 1);
    return { lines: whole.toString('utf8').split('\n').slice(0, -1), end: from + whole.length };
  } finally {
    closeSync(opened);
  }
}
