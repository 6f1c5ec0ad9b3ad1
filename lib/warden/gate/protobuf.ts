/** The few parts of Protocol Buffers' wire format (protobuf.dev, "Encoding") that the gate's messages use. */

export type Field =
  | { readonly number: number; readonly bytes: Buffer }
  | { readonly number: number; readonly value: number };

/**
 * The fields of a message, in its own order. Bytes are views, so a field that the caller ignores is never copied or decoded.
 *
 * @throws when the message is malformed
 */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at];
      if (byte === undefined) break;
      at += 1;
      // Numbers above 2^53 lose digits; the gate reads no field that may hold one.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error('a number of the message is malformed');
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new Error('the message is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new Error('a field of the message has no number');
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        take(8);
        break;
      case 2:
        yield { number, bytes: take(varint()) };
        break;
      case 5:
        take(4);
        break;
      default:
        throw new Error('a field of the message has an unknown type');
    }
  }
}

export function number(field: number, value: number): Buffer {
  return Buffer.concat([varintOf(field * 8), varintOf(value)]);
}

/** A text, bytes, or a message within a message. */
export function bytes(field: number, content: string | Buffer): Buffer {
  const body = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return Buffer.concat([varintOf(field * 8 + 2), varintOf(body.length), body]);
}

function varintOf(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  return Buffer.from([...out, rest]);
}
