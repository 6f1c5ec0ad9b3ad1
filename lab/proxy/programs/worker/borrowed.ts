import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { FrameReader, frame, PREFACE, TYPE } from '../http2/frames';

/** Frames that keep a connection running. */
const KEEPING: ReadonlySet<number> = new Set([TYPE.settings, TYPE.ping, TYPE.windowUpdate]);

/**
 * A connection for an HTTP/2 client library. It drops the client's own stream frames; the caller writes other frames in
 * their place. It stays open when the client ends it: the caller closes it.
 */
export class Borrowed extends Duplex {
  private readonly reader = new FrameReader();
  /** The client's frames so far; they are sent with the first frame of the caller. */
  private kept: Buffer[] | undefined = [];
  private greeted = false;
  private requests = 0;
  /** When the last byte came back. */
  heardAt = 0;

  constructor(
    private readonly socket: Socket,
    private readonly onHeard: (chunk: Buffer) => void,
  ) {
    super();
    socket.on('data', (chunk: Buffer) => {
      this.heardAt = Date.now();
      this.onHeard(chunk);
      // The client may have given up; its answers are still read.
      if (!this.destroyed && !this.push(chunk)) socket.pause();
    });
    socket.on('end', () => {
      if (!this.destroyed) this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  get isClosed(): boolean {
    return this.socket.destroyed || this.socket.readableEnded;
  }

  /** Whether the client has sent its preface and begun so many streams. */
  hasBegun(streams: number): boolean {
    return this.greeted && this.requests >= streams;
  }

  /** Sends bytes after the client's preface: a server without HTTP/2 may close the connection at that. */
  say(bytes: Buffer): void {
    const first = this.kept ?? [];
    this.kept = undefined;
    if (!this.socket.destroyed) this.socket.write(Buffer.concat([...first, bytes]));
  }

  /** Resolved when all is sent, or nothing more can be. */
  said(): Promise<void> {
    if (this.socket.destroyed || this.socket.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.socket.write('', () => resolve());
      this.socket.once('close', () => resolve());
    });
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const { type, flags, stream, payload } of this.reader.take(chunk)) {
      if (type === TYPE.headers) this.requests += 1;
      if (!KEEPING.has(type)) continue;
      const said = Buffer.concat([...(this.greeted ? [] : [PREFACE]), frame(type, flags, stream, payload)]);
      this.greeted = true;
      if (this.kept === undefined) this.say(said);
      else this.kept.push(said);
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.resume();
    done(error);
  }
}
