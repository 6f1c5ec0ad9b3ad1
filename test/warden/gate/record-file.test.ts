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
    expect(syncs.length).toBeLessThan(5);
    await file.close();
  });

  test.each(['write', 'datasync'] as const)(
    'refuses what a failed %s left off disk, and goes on when the disk does',
    async (step) => {
      let full = true;
      const file = new RecordFile(
        path,
        spied(
          () => undefined,
          () => (full ? step : undefined),
        ),
      );
      await expect(file.append('lost')).rejects.toThrow('ENOSPC');
      expect(file.failure).toBe('ENOSPC');
      full = false;
      await file.append('kept');
      expect(file.failure).toBeUndefined();
      expect((await readFile(path, 'utf8')).split('\n')).toContain('kept');
      await file.close();
    },
  );

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

/** `open`, with a look at each sync and a step that may fail. */
function spied(
  onSync: (size: number) => void,
  fails: () => string | undefined = () => undefined,
): typeof open {
  return (async (path: string, flags: number, mode: number) => {
    expect(flags & constants.O_NOFOLLOW).toBeTruthy();
    const file = await open(path, flags, mode);
    const error = () => Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    return {
      stat: () => file.stat(),
      read: (...words: Parameters<FileHandle['read']>) => file.read(...words),
      close: () => file.close(),
      write: async (bytes: Buffer, at: number) => {
        if (fails() === 'write') throw error();
        // The file system may take less than was given.
        return file.write(bytes, at, Math.min(bytes.length - at, 700));
      },
      datasync: async () => {
        if (fails() === 'datasync') throw error();
        await file.datasync();
        onSync((await file.stat()).size);
      },
    } as unknown as FileHandle;
  }) as unknown as typeof open;
}
