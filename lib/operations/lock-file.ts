import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { readText } from '../config/source/text-file';
import { jsonIn } from '../json';

export type LockRead<T> =
  | { readonly reason: 'read'; readonly value: T }
  | { readonly reason: 'absent' }
  | { readonly reason: 'unreadable'; readonly message: string; readonly fix: string };

export type LockWrite =
  | { readonly reason: 'written' | 'current' }
  | { readonly reason: 'unwritable'; readonly message: string; readonly fix: string };

/** Reads a JSON file that `airlock … pin` writes and a team keeps under version control. Never throws. */
export function readLockFile<T>(directory: string, name: string, schema: z.ZodType<T>): LockRead<T> {
  const path = join(directory, name);
  const unreadable = (message: string, fix: string) =>
    ({ reason: 'unreadable', message: `${path} ${message}`, fix }) as const;
  if (isAbsent(path))
    return isAbsent(directory)
      ? unreadable('has no directory', 'name the config directory')
      : { reason: 'absent' };
  const read = readText(path, path, realpathSync(directory));
  if ('problem' in read) return unreadable(read.problem.message, read.problem.fix);
  const restore = 'restore it from version control, or delete it and pin again';
  const value = jsonIn(read.text);
  if (value === undefined) return unreadable('is not JSON', restore);
  const parsed = schema.safeParse(value);
  if (parsed.success) return { reason: 'read', value: parsed.data };
  const [issue] = parsed.error.issues;
  return unreadable(`is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`, restore);
}

export function writeLockFile(directory: string, name: string, value: unknown): LockWrite {
  return writeWhole(directory, name, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Writes the whole file or nothing: a deployment must never read half a pin. A link stays a link. A file that already
 * says the same is left alone, its time included.
 */
export function writeWhole(directory: string, name: string, text: string): LockWrite {
  const path = join(directory, name);
  let temporary: string | undefined;
  try {
    const target = isAbsent(path) ? path : realpathSync(path);
    if (!isAbsent(target) && readFileSync(target, 'utf8') === text) return { reason: 'current' };
    temporary = join(dirname(target), `.${name}.${randomBytes(6).toString('hex')}`);
    writeThrough(temporary, text);
    renameSync(temporary, target);
    return { reason: 'written' };
  } catch (error) {
    if (temporary) rmSync(temporary, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return {
      reason: 'unwritable',
      message: `${path} can't be written (${code})`,
      fix: 'make the directory writable, or free space',
    };
  }
}

function writeThrough(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o644);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isAbsent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}
