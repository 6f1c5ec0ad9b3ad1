import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { FrameReader, frame, PREFACE, TYPE } from '../http2/frames';

/** Frames by which a client keeps a connection in order. */
const KEEPING: ReadonlySet<number> = new Set([TYPE.settings, TYPE.ping, TYPE.windowUpdate]);

/**
 * A connection that an HTTP/2 client believes is its own. What the client says about streams goes nowhere, and something
 * else is said in its place. It stays open when the client ends it: that is its owner's to do.
 */
export class Borrowed extends Duplex {
  private readonly reader = new FrameReader();
  /** What the client has said until now; nothing of it has left before the first word does. */
  private kept: Buffer[] | undefined = [];
  private greeted = false;
  private requests = 0;
  /** When anything was heard last. */
  heardAt = 0;

  constructor(
    private readonly socket: Socket,
    private readonly onHeard: (chunk: Buffer) => void,
  ) {
    super();
    socket.on('data', (chunk: Buffer) => {
      this.heardAt = Date.now();
      this.onHeard(chunk);
      // A client that gave up is not asked any more; what was said to it goes on to be heard.
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

  /** Whether the client has greeted, and has begun so many streams. */
  hasBegun(streams: number): boolean {
    return this.greeted && this.requests >= streams;
  }

  /** Says it behind the client's greeting: a server that takes no HTTP/2 may end the connection at that. */
  say(bytes: Buffer): void {
    const first = this.kept ?? [];
    this.kept = undefined;
    if (!this.socket.destroyed) this.socket.write(Buffer.concat([...first, bytes]));
  }

  /** Resolved once all of it has left, or nothing more can. */
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
