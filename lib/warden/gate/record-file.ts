import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
/** Bytes that may wait for the disk: beyond them a record is refused at once. */
const WAITING_LIMIT = 4 * 1024 * 1024;

interface Waiting {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * An append-only file whose lines are on disk when `append` returns. Lines that arrive during a write wait, and go to disk
 * together with the next one (group commit). After a failure the file is opened anew: a failed sync says nothing of what
 * reached the disk, and a torn line must not join the next one.
 */
export class RecordFile {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private file: FileHandle | undefined;
  private running: Promise<void> | undefined;
  /** The error code of the last write, if it failed. */
  failure: string | undefined;

  constructor(
    private readonly path: string,
    /** Tests replace it. */
    private readonly openFile: typeof open = open,
  ) {}

  /** @throws when the line isn't on disk */
  append(text: string): Promise<void> {
    if (this.waitingBytes + text.length > WAITING_LIMIT) {
      return Promise.reject(new Error('too many records wait for the disk'));
    }
    this.waitingBytes += text.length;
    const written = new Promise<void>((done, failed) => this.waiting.push({ text, done, failed }));
    this.running ??= this.run();
    return written;
  }

  /** Waits for what was appended. */
  async close(): Promise<void> {
    await this.running;
    await this.file?.close();
    this.file = undefined;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      try {
        this.file ??= await this.openAtLine();
        await writeAll(this.file, Buffer.from(batch.map(({ text }) => `${text}\n`).join(''), 'utf8'));
        await this.file.datasync();
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
    const file = await this.openFile(this.path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o640);
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
