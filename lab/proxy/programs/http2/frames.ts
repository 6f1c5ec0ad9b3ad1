/** Types of HTTP/2 frames (RFC 9113, 6). */
export const TYPE = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
/** Connection preface of a client (RFC 9113, 3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Longest payload that every receiver accepts (RFC 9113, 4.2). */
export const LONGEST = 16_384;
const HEAD = 9;

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Splits a client's bytes into frames, and leaves out the preface. */
export class FrameReader {
  private waiting = Buffer.alloc(0);
  private greeted = false;

  take(chunk: Buffer): RawFrame[] {
    this.waiting = Buffer.concat([this.waiting, chunk]);
    if (!this.greeted && this.waiting.length >= PREFACE.length) {
      this.greeted = true;
      this.waiting = this.waiting.subarray(PREFACE.length);
    }
    const frames: RawFrame[] = [];
    while (this.greeted && this.waiting.length >= HEAD) {
      const end = HEAD + this.waiting.readUIntBE(0, 3);
      if (this.waiting.length < end) break;
      frames.push({
        type: this.waiting.readUInt8(3),
        flags: this.waiting.readUInt8(4),
        stream: this.waiting.readUInt32BE(5) & 0x7fffffff,
        payload: this.waiting.subarray(HEAD, end),
      });
      this.waiting = this.waiting.subarray(end);
    }
    return frames;
  }
}
