const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const sized = (body: Buffer) => Buffer.concat([u16(body.length), body]);
const extension = (type: number, body: Buffer) => Buffer.concat([u16(type), sized(body)]);
const record = (body: Buffer) => Buffer.concat([Buffer.from([22, 3, 1]), sized(body)]);

const nameList = (name: string) => sized(Buffer.concat([Buffer.from([0]), sized(Buffer.from(name))]));

/** A TLS ClientHello with any bytes as its server name. */
export function hello(
  name: string | undefined,
  { padding = 0, records = 1 }: { readonly padding?: number; readonly records?: 1 | 2 } = {},
): Buffer {
  const names = name === undefined ? Buffer.alloc(0) : extension(0, nameList(name));
  const message = messageOf(Buffer.concat([names, extension(21, Buffer.alloc(padding))]));
  return inRecords(message, records === 2 ? message.length >> 1 : message.length);
}

/**
 * A ClientHello in two records that names one host to a reader of handshakes, and another to a reader that takes the header
 * of the second record for a part of the message: that one is five bytes ahead, and finds an extension inside another.
 */
export function twoFacedHello(name: string, other: string): Buffer {
  const inner = extension(0, nameList(other));
  const [type, rest] = [inner.readUInt16BE(5), inner.subarray(9)];
  const message = messageOf(
    Buffer.concat([
      extension(0x1234, Buffer.concat([Buffer.alloc(20, 'p'), inner.subarray(0, 5)])),
      extension(type, rest),
      extension(0, nameList(name)),
    ]),
  );
  return inRecords(message, message.indexOf('pppp') + 10);
}

function messageOf(extensions: Buffer): Buffer {
  const body = Buffer.concat([
    ...[Buffer.from([3, 3]), Buffer.alloc(32, 'r'), Buffer.from([0]), sized(Buffer.from([0x13, 1]))],
    ...[Buffer.from([1, 0]), sized(extensions)],
  ]);
  return Buffer.concat([Buffer.from([1, body.length >> 16]), u16(body.length & 0xffff), body]);
}

function inRecords(message: Buffer, cut: number): Buffer {
  const parts = [message.subarray(0, cut), message.subarray(cut)];
  return Buffer.concat(parts.filter(({ length }) => length > 0).map(record));
}
