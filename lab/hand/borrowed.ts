import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { FrameReader, frame, PREFACE, TYPE } from '../http2/frames';

/** Frames by which a client keeps a connection in order. */
const KEEPING: ReadonlySet<number> = new Set([TYPE.settings, TYPE.ping, TYPE.windowUpdate]);

/**
 * A connection that an HTTP/2 client believes is its own. What the client says about streams goes nowhere, and something
 * else is said in its place.
 */
export class Borrowed extends Duplex {
  private readonly reader = new FrameReader();
  private greeted = false;
  private requests = 0;
  private wake: () => void = () => undefined;
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
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Resolved once the client has greeted, and has begun so many streams. */
  async begun(streams: number): Promise<void> {
    while (!this.greeted || this.requests < streams) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  say(bytes: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const { type, flags, stream, payload } of this.reader.take(chunk)) {
      if (type === TYPE.headers) this.requests += 1;
      if (!KEEPING.has(type)) continue;
      if (!this.greeted) this.say(PREFACE);
      this.greeted = true;
      this.say(frame(type, flags, stream, payload));
    }
    this.wake();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}
