import { type FileHandle, open, stat } from 'node:fs/promises';

const CHUNK = 64 * 1024;

/** Follows a log file that another process writes: its whole lines, also after the file was cut or replaced. */
export class Tail {
  private file: FileHandle | undefined;
  private offset = 0;
  private rest = '';

  /**
   * @param last How many bytes of a file that is there already are read; the first line may be cut
   * @param longest A line that is longer has no end: what reads it would keep it for ever
   */
  constructor(
    private readonly path: string,
    private last: number,
    private readonly longest = 16 * 1024,
  ) {}

  /** The lines since the last call, a chunk at a time. It ends at the file's end. */
  async *lines(): AsyncGenerator<string> {
    for (;;) {
      this.file ??= await this.opened();
      const { file } = this;
      if (file === undefined) return;
      const { size, ino } = await file.stat();
      if (size < this.offset) [this.offset, this.rest] = [0, ''];
      const length = Math.min(CHUNK, size - this.offset);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, this.offset);
      this.offset += bytesRead;
      const parts = (this.rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
      this.rest = (parts.pop() ?? '').slice(0, this.longest);
      yield* parts;
      if (bytesRead > 0) continue;
      const isReplaced = await stat(this.path).then(
        (found) => found.ino !== ino,
        () => false,
      );
      if (!isReplaced) return;
      await this.close();
      [this.offset, this.rest] = [0, ''];
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async opened(): Promise<FileHandle | undefined> {
    const file = await open(this.path, 'r').catch(() => undefined);
    if (file !== undefined) this.offset = Math.max(0, (await file.stat()).size - this.last);
    // A file that comes later is read from its beginning.
    this.last = Number.POSITIVE_INFINITY;
    return file;
  }
}
