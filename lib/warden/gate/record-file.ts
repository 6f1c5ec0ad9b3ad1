import { randomBytes } from 'node:crypto';
import { constants, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Head, headOf, LINK_BYTES, linked, NO_LINE } from '../../audit/chain';
import { fileEnd, LINE_LIMIT } from './last-line';
import { chainRecord } from './record';

const { O_APPEND, O_CREAT, O_DSYNC, O_NOFOLLOW, O_RDWR } = constants;
/** Bytes that may wait for the disk: beyond them a record is refused at once. */
const WAITING_LIMIT = 4 * 1024 * 1024;
/** Milliseconds for which a line that nobody waits for may stay in memory. */
const SOON = 100;
/** Milliseconds without a write after which a line counts as alone. */
const ALONE = 5;

interface Waiting {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * An append-only file whose lines are on disk when `append` resolves.
 * - Each write is synced by itself (O_DSYNC): one trip to the thread pool instead of two.
 * - Lines that arrive at one moment, or during a write, go to disk together (group commit).
 * - The main thread itself writes a line that arrives after a pause: a trip to the thread pool costs a fifth of a
 *   millisecond, and a request that arrives meanwhile waits for the disk anyway.
 * - After a failure the file is opened anew: a failed write says nothing of what reached the disk, and a torn line must not
 *   join the next one.
 *
 * Each line is linked to the one before it (lib/audit/chain.ts). The chain goes on after a restart; a torn line or an
 * empty file begins another one, which says so.
 */
export class RecordFile {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private file: FileHandle | undefined;
  private isWriting = false;
  private running: Promise<void> | undefined;
  private soon: NodeJS.Timeout | undefined;
  /** When the last write ended, by the process's own clock. */
  private wrote = performance.now();
  /** The error code of the last write, if it failed. */
  failure: string | undefined;
  /** The last line on disk, as far as this process wrote or read it. */
  head: Head | undefined;

  constructor(
    private readonly path: string,
    /** Names the box in a chain's first line. */
    private readonly box = '',
    /** Tests replace it. */
    private readonly openFile: typeof open = open,
  ) {}

  /**
   * @param text A JSON object on one line.
   * @param when 'soon' for a line that no answer waits for: it goes to disk with the next one, or after a moment
   * @throws when the line isn't on disk
   */
  append(text: string, when: 'now' | 'soon' = 'now'): Promise<void> {
    if (text.length > LINE_LIMIT - LINK_BYTES) return Promise.reject(new Error('the record is too long'));
    if (this.waitingBytes + text.length > WAITING_LIMIT) {
      return Promise.reject(new Error('too many records wait for the disk'));
    }
    this.waitingBytes += text.length;
    const written = new Promise<void>((done, failed) => this.waiting.push({ text, done, failed }));
    if (when === 'now') this.begin(performance.now() - this.wrote > ALONE);
    else this.soon ??= setTimeout(() => this.begin(), SOON);
    return written;
  }

  /** Waits for what was appended. */
  async close(): Promise<void> {
    this.begin();
    await this.running;
    await this.file?.close();
    this.file = undefined;
  }

  private begin(isAlone = false): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    if (this.isWriting) return;
    this.isWriting = true;
    this.running = this.run(isAlone);
  }

  private async run(isAlone: boolean): Promise<void> {
    let atOnce = isAlone && this.file !== undefined;
    for (; this.waiting.length > 0; atOnce = false) {
      // Requests that arrived together, or during a write, are in the next write together.
      if (!atOnce) await new Promise(setImmediate);
      const batch = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      try {
        this.file ??= await this.openAtLine();
        let head = this.head ?? NO_HEAD;
        let lines = '';
        for (const { text } of batch) {
          const next = linked(text, head);
          head = next.head;
          lines += `${next.line}\n`;
        }
        const bytes = Buffer.from(lines, 'utf8');
        const written = atOnce ? writeSync(this.file.fd, bytes) : 0;
        if (written < bytes.length) await writeAll(this.file, bytes, written);
        this.wrote = performance.now();
        this.head = head;
        this.failure = undefined;
        for (const { done } of batch) done();
      } catch (error) {
        this.failure = (error as NodeJS.ErrnoException).code ?? 'unknown';
        this.head = undefined;
        await this.file?.close().catch(() => undefined);
        this.file = undefined;
        for (const { failed } of batch) failed(error as Error);
      }
    }
    this.isWriting = false;
  }

  private async openAtLine(): Promise<FileHandle> {
    const file = await this.openFile(this.path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_DSYNC, 0o640);
    try {
      const { line, torn } = await fileEnd(file);
      const before = line === undefined ? undefined : headOf(line);
      if (before === undefined || torn !== undefined) {
        const why = torn ? 'torn' : line === undefined ? 'empty' : 'unlinked';
        const chain = { chain: randomBytes(6).toString('hex'), seq: 0, digest: NO_LINE };
        const first = linked(chainRecord({ box: this.box, why, before, torn }, Date.now()), chain);
        await writeAll(file, Buffer.from(`${torn ? '\n' : ''}${first.line}\n`));
        this.head = first.head;
      } else this.head = before;
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

const NO_HEAD: Head = { chain: '', seq: 0, digest: NO_LINE };

async function writeAll(file: FileHandle, bytes: Buffer, from = 0): Promise<void> {
  for (let at = from; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
