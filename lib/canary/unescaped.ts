const [PERCENT, BACKSLASH, U, X] = [0x25, 0x5c, 0x75, 0x78];

/** The bytes without one layer of percent-encoding and of escapes; undefined where there is none. */
export function unescaped(bytes: Buffer): Buffer | undefined {
  if (!bytes.includes(PERCENT) && !bytes.includes(BACKSLASH)) return undefined;
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; length += 1) {
    const byte = bytes[at] as number;
    const digits = byte === PERCENT ? 1 : byte === BACKSLASH ? (DIGITS[bytes[at + 1] ?? 0] as number) : 0;
    const code = digits === 0 ? -1 : codeAt(bytes, at + digits);
    if (digits !== 0 && code >= 0) {
      out[length] = code;
      at += digits + 2;
    } else if (byte === BACKSLASH && at + 1 < bytes.length) {
      out[length] = bytes[at + 1] as number;
      at += 2;
    } else {
      out[length] = byte;
      at += 1;
    }
  }
  return length === bytes.length ? undefined : out.subarray(0, length);
}

/** How far behind a backslash the two hex digits are that name the byte: `\x41`, `\u0041`. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => (byte === U ? 4 : byte === X ? 2 : 0));

/** The byte of two hex digits; negative where they aren't two. */
function codeAt(bytes: Buffer, at: number): number {
  const [high, low] = [DIGIT[bytes[at] ?? 0] as number, DIGIT[bytes[at + 1] ?? 0] as number];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

const DIGIT = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
);
