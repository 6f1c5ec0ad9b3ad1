import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { appendFile, type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '../../../lib/audit/chain';
import { ChainVerifier } from '../../../lib/audit/verify';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { temporary } from '../../support/temporary';
import { recordsIn } from './records-in';

describe('the file of records', () => {
  let path: string;
  beforeEach(() => {
    path = join(temporary(), 'records.log');
  });
  afterEach(() => vi.restoreAllMocks());

  test('acknowledges a line only after a sync that covers it, and syncs many lines at once', async () => {
    const syncs: number[] = [];
    const file = new RecordFile(
      path,
      BOX,
      spied((size) => syncs.push(size)),
    );
    let acknowledged = 0;
    const text = record('x'.repeat(99));
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        await file.append(text);
        acknowledged += 1;
        expect(acknowledged * 200).toBeLessThanOrEqual(syncs.at(-1) ?? 0);
      }),
    );
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(202);
    // some 65,000 bytes in writes of 700.
    expect(syncs.length).toBeLessThan(110);
    await file.close();
  });

  test('refuses what a failed write left off disk, and goes on when the disk does', async () => {
    let full = true;
    const file = new RecordFile(
      path,
      BOX,
      spied(
        () => undefined,
        () => full,
      ),
    );
    await expect(file.append(record('lost'))).rejects.toThrow('ENOSPC');
    expect(file.failure).toBe('ENOSPC');
    full = false;
    await file.append(record('kept'));
    expect(file.failure).toBeUndefined();
    expect(await linesIn(path)).toContainEqual(expect.objectContaining({ id: 'kept' }));
    expect(await verdictOf(path, [file.head])).toMatchObject({ findings: [], heads: { matched: 1 } });
    await file.close();
  });

  test('a line that nobody waits for goes to disk with the next one, after a moment, or at the end', async () => {
    const sizes: number[] = [];
    const file = new RecordFile(
      path,
      BOX,
      spied((size) => sizes.push(size)),
    );
    file.append(record('a'), 'soon');
    await file.append(record('b'));
    // The chain's first line, then both in one write.
    expect(sizes).toHaveLength(2);
    await file.append(record('c'), 'soon');
    file.append(record('d'), 'soon');
    await file.close();
    expect(recordsIn(path).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a line after a pause is on disk before anything else happens, and lines after it go on', async () => {
    const file = new RecordFile(path, BOX);
    await file.append(record('a'));
    for (const id of ['b', 'c']) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const written = file.append(record(id));
      expect(recordsIn(path).at(-1)?.id).toBe(id);
      await written;
    }
    await file.append(record('d'));
    await file.close();
    expect(recordsIn(path).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each<[string, string, object]>([
    ['a file that is new', '', { why: 'empty' }],
    [
      'a line of before records were linked',
      '{"record":"end","time":"2026-01-01T00:00:00.000Z"}\n',
      { why: 'unlinked' },
    ],
    ['a torn line', '{"record":"req', { why: 'torn', torn: { bytes: 14, digest: expect.any(String) } }],
    [
      'a freed head',
      `${'\0'.repeat(5000)}{"record":"end","time":"2026-01-01T00:00:00.000Z"}\n`,
      { why: 'unlinked' },
    ],
  ])('begins a chain after %s, and says so', async (_, before, start) => {
    await writeFile(path, before);
    const file = new RecordFile(path, BOX);
    await file.append(record('one'));
    await file.close();
    const text = await readFile(path, 'utf8');
    expect(text.startsWith(before)).toBe(true);
    const [first, second] = text
      .trim()
      .split('\n')
      .slice(-2)
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ record: 'chain', box: BOX, seq: 1, prev: '0'.repeat(64), ...start });
    expect(second).toMatchObject({ id: 'one', seq: 2, chain: first.chain });
    expect(file.head).toMatchObject({ chain: first.chain, seq: 2 });
    expect((await verdictOf(path, [file.head])).findings).toEqual([]);
  });

  test('goes on with the chain after a restart, and after a torn line says where it ended', async () => {
    const heads: (Head | undefined)[] = [];
    for (const name of ['one', 'two', 'three']) {
      const file = new RecordFile(path, BOX);
      await Promise.all([file.append(record(name)), file.append(record(`${name} more`))]);
      heads.push(file.head);
      await file.close();
    }
    await appendFile(path, '{"record":"req');
    const file = new RecordFile(path, BOX);
    await file.append(record('four'));
    heads.push(file.head);
    await file.close();
    const lines = await linesIn(path);
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, undefined, 1, 2]);
    expect(lines[8]).toMatchObject({ record: 'chain', why: 'torn', before: heads[2] });
    // As docs/OPERATING.md says it to those who verify by a program of their own.
    const raw = (await readFile(path, 'utf8')).trim().split('\n');
    const digests = raw.map((line) => createHash('sha256').update(line).digest('hex'));
    const none = '0'.repeat(64);
    expect(lines.map(({ prev }) => prev)).toEqual([
      none,
      ...digests.slice(0, 6),
      undefined,
      none,
      digests[8],
    ]);
    expect(heads[3]?.digest).toBe(digests[9]);
    expect(lines[8].torn).toEqual({ bytes: 14, digest: digests[7] });
    const { seq, prev, chain } = lines[3];
    expect(raw[3]?.endsWith(`,"seq":${seq},"prev":"${prev}","chain":"${chain}"}`)).toBe(true);
    expect(await verdictOf(path, heads)).toMatchObject({
      whole: true,
      chains: [{ last: { seq: 7 } }, { why: 'torn', first: { seq: 1 } }],
      heads: { matched: 4 },
    });
  });

  test('refuses a record that the log agent would cut', async () => {
    const file = new RecordFile(path, BOX);
    await expect(file.append(record('x'.repeat(240 * 1024)))).rejects.toThrow('too long');
    await file.close();
  });

  test('refuses at once when too much waits', async () => {
    const file = new RecordFile(path);
    const big = record('x'.repeat(200 * 1024));
    const all = await Promise.allSettled(Array.from({ length: 24 }, () => file.append(big)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['fulfilled', 'rejected']));
    expect(all.at(-1)).toMatchObject({ reason: new Error('too many records wait for the disk') });
    await file.close();
  });
});

const BOX = 'b0b0b0b0b0b0';

function record(id: string): string {
  return JSON.stringify({ record: 'end', time: new Date().toISOString(), id });
}

async function linesIn(file: string) {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => (line.endsWith('}') ? JSON.parse(line) : {}));
}

async function verdictOf(file: string, heads: readonly (Head | undefined)[]) {
  const verifier = new ChainVerifier();
  for (const line of (await readFile(file, 'latin1')).replace(/^\0+/, '').trim().split('\n'))
    verifier.line(line);
  for (const head of heads) if (head) verifier.head(head, Date.now());
  return verifier.end(Date.now());
}

/** `open`, with a look at each synced write, which may fail. */
function spied(onSync: (size: number) => void, fails: () => boolean = () => false): typeof open {
  // No line counts as alone, however slow the machine is.
  vi.spyOn(performance, 'now').mockReturnValue(0);
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
