const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const sized = (body: Buffer) => Buffer.concat([u16(body.length), body]);
const extension = (type: number, body: Buffer) => Buffer.concat([u16(type), sized(body)]);
const record = (body: Buffer) => Buffer.concat([Buffer.from([22, 3, 1]), sized(body)]);

/** A TLS ClientHello with any bytes as its server name. */
export function hello(
  name: string | undefined,
  { padding = 0, records = 1 }: { readonly padding?: number; readonly records?: 1 | 2 } = {},
): Buffer {
  const names =
    name === undefined
      ? Buffer.alloc(0)
      : extension(0, sized(Buffer.concat([Buffer.from([0]), sized(Buffer.from(name))])));
  const body = Buffer.concat([
    ...[Buffer.from([3, 3]), Buffer.alloc(32, 'r'), Buffer.from([0]), sized(Buffer.from([0x13, 1]))],
    ...[Buffer.from([1, 0]), sized(Buffer.concat([names, extension(21, Buffer.alloc(padding))]))],
  ]);
  const message = Buffer.concat([Buffer.from([1, body.length >> 16]), u16(body.length & 0xffff), body]);
  const half = records === 2 ? message.length >> 1 : message.length;
  return Buffer.concat([
    record(message.subarray(0, half)),
    ...(records === 2 ? [record(message.subarray(half))] : []),
  ]);
}
