import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const { O_APPEND, O_CREAT, O_DSYNC, O_NOFOLLOW, O_RDWR } = constants;
/** Bytes that may wait for the disk: beyond them a record is refused at once. */
const WAITING_LIMIT = 4 * 1024 * 1024;
/** Milliseconds for which a line that nobody waits for may stay in memory. */
const SOON = 100;

interface Waiting {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * An append-only file whose lines are on disk when `append` resolves: each write is synced by itself (O_DSYNC), which is one
 * trip to the thread pool instead of two. Lines that arrive at one moment, or during a write, go to disk together (group
 * commit). After a failure the file is opened anew: a failed write says nothing of what reached the disk, and a torn line must
 * not join the next one.
 */
export class RecordFile {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private file: FileHandle | undefined;
  private running: Promise<void> | undefined;
  private soon: NodeJS.Timeout | undefined;
  /** The error code of the last write, if it failed. */
  failure: string | undefined;

  constructor(
    private readonly path: string,
    /** Tests replace it. */
    private readonly openFile: typeof open = open,
  ) {}

  /**
   * @param when 'soon' for a line that no answer waits for: it goes to disk with the next one, or after a moment
   * @throws when the line isn't on disk
   */
  append(text: string, when: 'now' | 'soon' = 'now'): Promise<void> {
    if (this.waitingBytes + text.length > WAITING_LIMIT) {
      return Promise.reject(new Error('too many records wait for the disk'));
    }
    this.waitingBytes += text.length;
    const written = new Promise<void>((done, failed) => this.waiting.push({ text, done, failed }));
    if (when === 'now') this.begin();
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

  private begin(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    // Requests that arrived together are in the first write together.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      try {
        this.file ??= await this.openAtLine();
        await writeAll(this.file, Buffer.from(batch.map(({ text }) => `${text}\n`).join(''), 'utf8'));
        this.failure = undefined;
        for (const { done } of batch) done();
      } catch (error) {
        this.failure = (error as NodeJS.ErrnoException).code ?? 'unknown';
        await this.file?.close().catch(() => undefined);
        this.file = undefined;
        for (const { failed } of batch) failed(error as Error);
      }
    }
    this.running = undefined;
  }

  private async openAtLine(): Promise<FileHandle> {
    const file = await this.openFile(this.path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_DSYNC, 0o640);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      if (size > 0 && buffer[0] !== 0x0a) await writeAll(file, Buffer.from('\n'));
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
