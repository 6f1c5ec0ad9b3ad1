import { END_HEADERS, END_STREAM, FrameReader, type RawFrame, TYPE } from '../http2/frames';
import { readLiterals } from '../http2/hpack';

/**
 * Writes HTTP/2 as HTTP/1.1 as no proxy should: it copies each text unchecked, and believes what the headers say of the
 * body's length. It reads only the lab's own header blocks (literals), of any size.
 */
export class Downgrade {
  private readonly reader = new FrameReader();
  private block: { readonly ends: boolean; readonly parts: Buffer[] } | undefined;
  /** Streams whose body has no stated length. */
  private readonly chunked = new Set<number>();
  private readonly begun = new Set<number>();

  take(chunk: Buffer): Buffer {
    return Buffer.concat(this.reader.take(chunk).map((each) => this.written(each)));
  }

  private written({ type, flags, stream, payload }: RawFrame): Buffer {
    const ends = (flags & END_STREAM) !== 0;
    if (type === TYPE.data) return this.body(stream, payload, ends);
    if (type === TYPE.headers) this.block = { ends, parts: [] };
    if (type !== TYPE.headers && type !== TYPE.continuation) return Buffer.alloc(0);
    this.block?.parts.push(payload);
    if ((flags & END_HEADERS) === 0 || this.block === undefined) return Buffer.alloc(0);
    const head = this.head(stream, Buffer.concat(this.block.parts), this.block.ends);
    this.block = undefined;
    return Buffer.from(head, 'latin1');
  }

  private head(stream: number, block: Buffer, ends: boolean): string {
    const fields = readLiterals(block);
    const lines = fields.flatMap(([name, value]) => (name.startsWith(':') ? [] : `${name}: ${value}\r\n`));
    if (this.begun.has(stream)) return this.chunked.has(stream) ? `0\r\n${lines.join('')}\r\n` : '';
    this.begun.add(stream);
    const of = (name: string) => fields.find(([each]) => each === name)?.[1] ?? '';
    if (!ends && !fields.some(([name]) => /^(content-length|transfer-encoding)$/.test(name))) {
      this.chunked.add(stream);
      lines.push('transfer-encoding: chunked\r\n');
    }
    return `${of(':method')} ${of(':path')} HTTP/1.1\r\nHost: ${of(':authority')}\r\n${lines.join('')}\r\n`;
  }

  private body(stream: number, payload: Buffer, ends: boolean): Buffer {
    if (!this.chunked.has(stream)) return payload;
    const size = payload.length === 0 ? [] : [`${payload.length.toString(16)}\r\n`, payload, '\r\n'];
    return Buffer.concat(
      [...size, ends ? '0\r\n\r\n' : ''].map((each) => (typeof each === 'string' ? Buffer.from(each) : each)),
    );
  }
}
