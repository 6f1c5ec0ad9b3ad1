import { Buffer, isUtf8 } from 'node:buffer';

/** A parsed body. An object is a Map, so that `__proto__` is a key like any other; an integer beyond 2^53 is a bigint. */
export type Json = null | boolean | number | bigint | string | LongText | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** A text of which the reader keeps the beginning only, up to the first escape: an inline document is never copied. */
export class LongText {
  constructor(readonly beginning: string) {}
}

export type JsonRead =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: string };

/** Deeper than any API needs; a reader that nests with the body would run out of stack. */
export const DEEPEST = 128;
/** In bytes. */
export const LONGEST_WHOLE_TEXT = 64 * 1024;
const KEPT_OF_LONG_TEXT = 1024;
/**
 * Values of one body, and characters of the texts that are kept whole. Together they bound what a reader holds: with bodies of
 * 32 MiB at these bounds the gate took 129 MiB of its 160.
 */
export const MOST_VALUES = 100_000;
export const MOST_TEXT = 8 * 1024 * 1024;
const LONGEST_NUMBER = 64;

class Problem extends Error {}

/**
 * Reads JSON (RFC 8259) and refuses everything that two readers could understand differently: other encodings than UTF-8, a
 * byte order mark, a key twice in one object, half of a surrogate pair, a NUL in a key, a number beyond double precision's
 * range, and text after the value.
 */
export function readJson(bytes: Uint8Array): JsonRead {
  const slices = jsonInSlices(bytes);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

/** Reads as `readJson` does, and yields after each slice, so that a caller can do something else meanwhile. */
export function* jsonInSlices(bytes: Uint8Array): Generator<void, JsonRead> {
  if (!isUtf8(bytes)) return { ok: false, problem: 'is not UTF-8' };
  try {
    return { ok: true, value: yield* new Reader(bytes).whole() };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.message };
    throw error;
  }
}

/** Bytes: some milliseconds. */
const SLICE = 256 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const UNICODE_ESCAPE = 0x75;
const SHORT_ESCAPES = tableOf('"\\/bfnrt');
const SPACES = tableOf(' \t\n\r');
const HEX = tableOf('0123456789abcdef', '0123456789ABCDEF');

/** By byte: one more than its place in the texts, or 0. */
function tableOf(...texts: readonly string[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const text of texts) for (const [index, byte] of Buffer.from(text).entries()) table[byte] = index + 1;
  return table;
}
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const OF_A_NUMBER = /[-+.0-9eE]/;

class Reader {
  private readonly bytes: Buffer;
  private at = 0;
  private sliceEnd = SLICE;
  private values = 0;
  private kept = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  *whole(): Generator<void, Json> {
    const value = yield* this.value(0);
    this.skipSpace();
    if (this.at < this.bytes.length) throw this.problem('has more text after the JSON value');
    return value;
  }

  private *value(depth: number): Generator<void, Json> {
    if (depth > DEEPEST) throw this.problem(`nests deeper than ${DEEPEST} levels`);
    this.values += 1;
    if (this.at >= this.sliceEnd) yield this.nextSlice();
    if (this.values > MOST_VALUES) throw this.problem(`has more than ${MOST_VALUES} values`);
    this.skipSpace();
    switch (this.next()) {
      case '{':
        return yield* this.object(depth);
      case '[':
        return yield* this.list(depth);
      case '"':
        return yield* this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private *object(depth: number): Generator<void, JsonObject> {
    const object = new Map<string, Json>();
    this.at += 1;
    if (this.ends('}')) return object;
    do {
      this.skipSpace();
      if (this.next() !== '"') throw this.problem('is not JSON');
      const key = yield* this.string();
      if (typeof key !== 'string') throw this.problem('has a key that is too long');
      if (key.includes('\0')) throw this.problem('has a NUL in a key');
      if (object.has(key)) throw this.problem('has a key twice in one object');
      this.skipSpace();
      this.expect(':');
      object.set(key, yield* this.value(depth + 1));
    } while (this.continues('}'));
    return object;
  }

  private *list(depth: number): Generator<void, Json[]> {
    const list: Json[] = [];
    this.at += 1;
    if (this.ends(']')) return list;
    do list.push(yield* this.value(depth + 1));
    while (this.continues(']'));
    return list;
  }

  private *string(): Generator<void, string | LongText> {
    const start = this.at + 1;
    const isEscaped = yield* this.toClosingQuote();
    const end = this.at - 1;
    if (end - start > LONGEST_WHOLE_TEXT) {
      const [beginning = ''] = this.bytes.toString('latin1', start, start + KEPT_OF_LONG_TEXT).split('\\', 1);
      return new LongText(beginning);
    }
    this.kept += end - start;
    if (this.kept > MOST_TEXT) {
      throw this.problem(
        `has texts of up to ${LONGEST_WHOLE_TEXT} bytes that add up to more than ${MOST_TEXT}`,
      );
    }
    const text = this.bytes.toString('utf8', start, end);
    return isEscaped ? (JSON.parse(`"${text}"`) as string) : text;
  }

  /** Whether the text has escapes, all of them well-formed. */
  private *toClosingQuote(): Generator<void, boolean> {
    let isEscaped = false;
    let high = false;
    for (this.at += 1; ; ) {
      if (this.at >= this.sliceEnd) yield this.nextSlice();
      const byte = this.bytes[this.at];
      if (byte === undefined || byte < 0x20) throw this.problem('is not JSON');
      const code = byte === BACKSLASH ? this.escapeCode() : -1;
      if (code >= 0) isEscaped = true;
      const isLow = code >= 0xdc00 && code <= 0xdfff;
      if (high !== isLow) throw this.problem('has half of a surrogate pair');
      high = code >= 0xd800 && code <= 0xdbff;
      if (code < 0) this.at += 1;
      if (byte === QUOTE) return isEscaped;
    }
  }

  /** The code of a `\u` escape, 0 for another escape. */
  private escapeCode(): number {
    const letter = this.bytes[this.at + 1] ?? 0;
    if (SHORT_ESCAPES[letter] !== 0) {
      this.at += 2;
      return 0;
    }
    if (letter !== UNICODE_ESCAPE) throw this.problem('is not JSON');
    let code = 0;
    for (let place = this.at + 2; place < this.at + 6; place += 1) {
      const digit = HEX[this.bytes[place] ?? 0] ?? 0;
      if (digit === 0) throw this.problem('is not JSON');
      code = code * 16 + digit - 1;
    }
    this.at += 6;
    return code;
  }

  private number(): number | bigint {
    const start = this.at;
    while (OF_A_NUMBER.test(this.next())) {
      this.at += 1;
      if (this.at - start > LONGEST_NUMBER) {
        throw this.problem(`has a number of more than ${LONGEST_NUMBER} characters`);
      }
    }
    const literal = this.bytes.toString('latin1', start, this.at);
    if (!NUMBER.test(literal)) throw this.problem('is not JSON');
    const number = Number(literal);
    if (!Number.isFinite(number)) throw this.problem('has a number out of range');
    return /^-?[0-9]+$/.test(literal) && !Number.isSafeInteger(number) ? BigInt(literal) : number;
  }

  private word<T extends Json>(word: string, value: T): T {
    if (this.bytes.toString('latin1', this.at, this.at + word.length) !== word) {
      throw this.problem('is not JSON');
    }
    this.at += word.length;
    return value;
  }

  private next(): string {
    const byte = this.bytes[this.at];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  private skipSpace(): void {
    const { bytes } = this;
    let { at } = this;
    while (SPACES[bytes[at] ?? 0] !== 0) at += 1;
    this.at = at;
  }

  private nextSlice(): void {
    this.sliceEnd = this.at + SLICE;
  }

  private ends(close: string): boolean {
    this.skipSpace();
    const ended = this.next() === close;
    if (ended) this.at += 1;
    return ended;
  }

  private continues(close: string): boolean {
    if (this.ends(close)) return false;
    this.expect(',');
    return true;
  }

  private expect(character: string): void {
    if (this.next() !== character) throw this.problem('is not JSON');
    this.at += 1;
  }

  private problem(what: string): Problem {
    return new Problem(`${what} (at byte ${this.at + 1})`);
  }
}
