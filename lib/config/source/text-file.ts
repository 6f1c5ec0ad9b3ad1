import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { printable } from '../../printable';
import type { Problem } from '../model';
import { fileProblem, type Position } from './source';

/** Largest file in bytes; 200 rules take about 40 KiB. */
export const LARGEST_FILE = 256 * 1024;

export type Text = { readonly text: string } | { readonly problem: Problem };

/**
 * Reads one file of a configuration directory as text.
 *
 * @param root the directory's real path. A link that leads out of it is refused: a reviewer of the directory would not
 * see what is deployed.
 */
export function readText(path: string, file: string, root: string): Text {
  const refuse = (message: string, fix: string, position?: Position): Text => ({
    problem: fileProblem(file, message, fix, position),
  });
  let bytes: Buffer;
  try {
    if (leaves(root, realpathSync(path))) {
      return refuse('is a link that leads out of the configuration directory', 'put the file itself here');
    }
    bytes = readBounded(path);
  } catch (error) {
    return refuse(...reason(error));
  }
  if (bytes.length > LARGEST_FILE) {
    return refuse(
      `is larger than ${LARGEST_FILE / 1024} KiB`,
      'split it, or remove what does not belong here',
    );
  }
  return decode(bytes, file);
}

class NotAFile extends Error {}

/** Opens without blocking, because a named pipe would hang the reader; reads at most one byte more than is allowed. */
function readBounded(path: string): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) {
      throw new NotAFile();
    }
    const buffer = Buffer.alloc(LARGEST_FILE + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

export function leaves(root: string, real: string): boolean {
  const way = relative(root, real);
  return way === '..' || way.startsWith(`..${sep}`) || way.startsWith(sep);
}

const MISSING = 'write one with "npx airlock init AGENT", or name another directory with --config';

/** Message and fix for a file system error. */
export function reason(error: unknown): [message: string, fix: string] {
  if (error instanceof NotAFile) {
    return ['is not a regular file', 'put a text file here'];
  }
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const known: Record<string, [string, string]> = {
    ENOENT: ['does not exist', MISSING],
    ENOTDIR: ['is not a directory', 'name the directory that holds airlock.yaml'],
    EISDIR: ['is a directory', 'put a text file here'],
    EACCES: ['may not be read by this user', 'give yourself read permission'],
    EPERM: ['may not be read by this user', 'give yourself read permission'],
    ELOOP: ['is a link that leads back to itself', 'put the file itself here'],
    ERR_INVALID_ARG_VALUE: ['is not a name that a file can have', 'name another one'],
    ENAMETOOLONG: ['has a name that is too long', 'name it shorter'],
    ENXIO: ['is not a regular file', 'put a text file here'],
  };
  return known[code] ?? [`can't be read (${printable(code)})`, 'look at the file and its directory'];
}

const SAVE = 'save it as UTF-8 without a byte order mark';

/** Decodes UTF-8, and refuses characters that a reviewer can't see. */
export function decode(bytes: Buffer, file: string): Text {
  const refuse = (message: string, fix: string, position?: Position): Text => ({
    problem: fileProblem(file, message, fix, position),
  });
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) {
    return refuse('starts with a byte order mark', SAVE);
  }
  if (/^(\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString('latin1'))) {
    return refuse('is not UTF-8 but UTF-16', SAVE);
  }
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) {
    return refuse('holds a byte that is not UTF-8', SAVE, positionOf(text, text.indexOf('\ufffd')));
  }
  // Control characters, and characters that reverse the direction or have no width, hide text ("Trojan Source").
  const hidden = /[^\P{Cc}\t\n\r]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u.exec(text);
  if (hidden) {
    const message = `holds a character that can't be seen (${printable(hidden[0])})`;
    return refuse(message, 'remove it', positionOf(text, hidden.index));
  }
  return { text };
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, Math.max(offset, 0)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
