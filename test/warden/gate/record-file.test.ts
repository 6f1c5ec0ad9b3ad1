import { constants } from 'node:fs';
import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { temporary } from '../../support/temporary';

describe('the file of records', () => {
  let path: string;
  beforeEach(() => {
    path = join(temporary(), 'records.log');
  });

  test('acknowledges a line only after a sync that covers it, and syncs many lines at once', async () => {
    const syncs: number[] = [];
    const file = new RecordFile(
      path,
      spied((size) => syncs.push(size)),
    );
    let acknowledged = 0;
    const text = 'x'.repeat(99);
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        await file.append(text);
        acknowledged += 1;
        expect(acknowledged * 100).toBeLessThanOrEqual(syncs.at(-1) ?? 0);
      }),
    );
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(201);
    // 20,000 bytes in writes of 700.
    expect(syncs.length).toBeLessThan(35);
    await file.close();
  });

  test('refuses what a failed write left off disk, and goes on when the disk does', async () => {
    let full = true;
    const file = new RecordFile(
      path,
      spied(
        () => undefined,
        () => full,
      ),
    );
    await expect(file.append('lost')).rejects.toThrow('ENOSPC');
    expect(file.failure).toBe('ENOSPC');
    full = false;
    await file.append('kept');
    expect(file.failure).toBeUndefined();
    expect((await readFile(path, 'utf8')).split('\n')).toContain('kept');
    await file.close();
  });

  test('a line that nobody waits for goes to disk with the next one, after a moment, or at the end', async () => {
    const sizes: number[] = [];
    const file = new RecordFile(
      path,
      spied((size) => sizes.push(size)),
    );
    file.append('a', 'soon');
    await file.append('b');
    expect(sizes).toEqual([4]);
    await file.append('c', 'soon');
    file.append('d', 'soon');
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('a\nb\nc\nd\n');
  });

  test('ends a torn line before it writes', async () => {
    await writeFile(path, '{"record":"req');
    const file = new RecordFile(path);
    await file.append('whole');
    expect(await readFile(path, 'utf8')).toBe('{"record":"req\nwhole\n');
    await file.close();
  });

  test('refuses at once when too much waits', async () => {
    const file = new RecordFile(path);
    const big = 'x'.repeat(3 * 1024 * 1024);
    const all = await Promise.allSettled([file.append('first'), file.append(big), file.append(big)]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await file.close();
  });
});

/** `open`, with a look at each synced write, which may fail. */
function spied(onSync: (size: number) => void, fails: () => boolean = () => false): typeof open {
  return (async (path: string, flags: number, mode: number) => {
    for (const flag of [constants.O_NOFOLLOW, constants.O_DSYNC]) expect(flags & flag).toBe(flag);
    const file = await open(path, flags, mode);
    return {
      stat: () => file.stat(),
      read: (...words: Parameters<FileHandle['read']>) => file.read(...words),
      close: () => file.close(),
      write: async (bytes: Buffer, at: number) => {
        if (fails()) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        // The file system may take less than was given.
        const result = await file.write(bytes, at, Math.min(bytes.length - at, 700));
        onSync((await file.stat()).size);
        return result;
      },
    } as unknown as FileHandle;
  }) as unknown as typeof open;
}
