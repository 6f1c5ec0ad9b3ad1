/**
 * Go compares paths byte by byte, and decodes runes from bytes that need not be UTF-8 (`%ff` is a legal path). A JavaScript
 * string can't hold such bytes, so lib/policy works on byte strings inside: one character is one byte.
 */

/** The UTF-8 bytes of a text, one character each. */
export function toBytes(text: string): string {
  // Nearly every text is ASCII, which is its own UTF-8.
  return Buffer.byteLength(text, 'utf8') === text.length
    ? text
    : Buffer.from(text, 'utf8').toString('latin1');
}

/** Go's `utf8.RuneError`. */
export const RUNE_ERROR = 0xfffd;

export interface Rune {
  readonly code: number;
  /** Its number of bytes; 1 for a byte that isn't UTF-8, 0 at the end. */
  readonly width: number;
}

/** Smallest and largest second byte, for each lead byte that allows fewer than the usual ones (Unicode, table 3-7). */
const SECOND_BYTE: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Go's `utf8.DecodeRuneInString` at `start`: a byte that starts no rune is `RUNE_ERROR` of width 1. */
export function decodeRune(bytes: string, start: number): Rune {
  if (start >= bytes.length) return { code: RUNE_ERROR, width: 0 };
  const lead = bytes.charCodeAt(start);
  const length = sequenceLength(lead);
  if (length === 1) return { code: lead, width: 1 };
  if (length === 0) return { code: RUNE_ERROR, width: 1 };
  let code = lead & (0x7f >> length);
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes.charCodeAt(start + offset);
    const [low, high] = (offset === 1 && SECOND_BYTE.get(lead)) || [0x80, 0xbf];
    // NaN at the end of the string fails both comparisons.
    if (!(byte >= low && byte <= high)) return { code: RUNE_ERROR, width: 1 };
    code = (code << 6) | (byte & 0x3f);
  }
  return { code, width: length };
}

/** The text without one layer of percent-encoding, each byte as a character; what is no escape stays. */
export function unescapedOnce(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
