import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readLockFile, writeLockFile } from '../../lib/operations/lock-file';
import { temporary } from '../support/temporary';

const schema = z.strictObject({ a: z.number() });
let directory: string;
beforeEach(() => {
  directory = temporary();
});
const path = () => join(directory, 'x.lock.json');

test('what was written is read, and nothing else is left in the directory', () => {
  expect(readLockFile(directory, 'x.lock.json', schema)).toEqual({ reason: 'absent' });
  expect(writeLockFile(directory, 'x.lock.json', { a: 1 })).toEqual({ reason: 'written' });
  expect(writeLockFile(directory, 'x.lock.json', { a: 2 })).toEqual({ reason: 'written' });
  expect(readLockFile(directory, 'x.lock.json', schema)).toEqual({ reason: 'read', value: { a: 2 } });
  expect(readdirSync(directory)).toEqual(['x.lock.json']);
  expect(readFileSync(path(), 'utf8')).toBe('{\n  "a": 2\n}\n');
  expect(statSync(path()).mode & 0o777).toBe(0o644 & ~process.umask());
});

test('a file that says so already is not touched', () => {
  writeLockFile(directory, 'x.lock.json', { a: 1 });
  const { ino } = statSync(path());
  expect(writeLockFile(directory, 'x.lock.json', { a: 1 })).toEqual({ reason: 'current' });
  expect(statSync(path()).ino).toBe(ino);
});

test('a link within the directory stays a link', () => {
  writeFileSync(join(directory, 'real.json'), '{"a":1}');
  symlinkSync('real.json', path());
  expect(writeLockFile(directory, 'x.lock.json', { a: 2 })).toEqual({ reason: 'written' });
  expect(readlinkSync(path())).toBe('real.json');
  expect(readLockFile(directory, 'x.lock.json', schema)).toEqual({ reason: 'read', value: { a: 2 } });
});

test.each([
  ['a missing directory', 'none', 'ENOENT'],
  ['a directory in its place', '.', 'EISDIR'],
])('%s is one message, and leaves no temporary file', (_, below, code) => {
  mkdirSync(path());
  const result = writeLockFile(join(directory, below), 'x.lock.json', {});
  expect(result).toMatchObject({
    reason: 'unwritable',
    message: expect.stringContaining(`can't be written (${code})`),
  });
  expect(readdirSync(directory)).toEqual(['x.lock.json']);
});
