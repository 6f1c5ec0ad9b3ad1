/** A header's name and value, one character a byte. */
export type Field = readonly [name: string, value: string];

/** Literals without indexing, with new names (RFC 7541, 6.2.2): they can hold any bytes. */
export function literals(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/**
 * Reads only what `literals` writes.
 *
 * @throws on any other kind of field
 */
export function readLiterals(block: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const next = (): string => {
    let length = block.readUInt8(at++);
    if (length > 0x7f) throw new Error('a Huffman-coded text: the lab reads none');
    if (length === 0x7f) {
      for (let shift = 0, more = 0x80; more >= 0x80; shift += 7) {
        more = block.readUInt8(at++);
        length += (more & 0x7f) << shift;
      }
    }
    if (at + length > block.length) throw new Error('a text that is longer than its block');
    at += length;
    return block.subarray(at - length, at).toString('latin1');
  };
  while (at < block.length) {
    const kind = block.readUInt8(at++);
    if (kind !== 0) throw new Error(`a field of kind ${kind}: the lab reads literals alone`);
    fields.push([next(), next()]);
  }
  return fields;
}

/** The length, seven bits at first and then as many bytes as needed (RFC 7541, 5.1 and 5.2), then the text. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  const length = [Math.min(bytes.length, 0x7f)];
  if (bytes.length >= 0x7f) {
    let rest = bytes.length - 0x7f;
    for (; rest >= 0x80; rest >>= 7) length.push((rest & 0x7f) | 0x80);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}
