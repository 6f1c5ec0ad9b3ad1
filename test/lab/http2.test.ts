import fc from 'fast-check';
import { FrameReader, frame, PREFACE, TYPE } from '../../lab/proxy/programs/http2/frames';
import { literals, readLiterals } from '../../lab/proxy/programs/http2/hpack';

const latin1 = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('what the lab says in HTTP/2', () => {
  test('fields come back as they were written, whatever bytes are in them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(latin1, latin1)), (fields) => {
        expect(readLiterals(literals(fields))).toEqual(fields);
      }),
    );
  });

  test('frames come back whole, wherever the connection cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 })),
        fc.integer({ min: 1, max: 40 }),
        (all, size) => {
          const said = Buffer.concat([
            PREFACE,
            ...all.map((each, index) => frame(TYPE.data, 1, index, Buffer.from(each))),
          ]);
          const reader = new FrameReader();
          const read = [];
          for (let at = 0; at < said.length; at += size)
            read.push(...reader.take(said.subarray(at, at + size)));
          expect(read.map(({ stream, payload }) => [stream, [...payload]])).toEqual(
            all.map((each, index) => [index, [...each]]),
          );
        },
      ),
    );
  });

  test.each([
    ['Huffman code', Buffer.from([0, 0x81, 0xff, 0])],
    ['an indexed field', Buffer.from([0x82])],
    ['a text that is longer than its block', Buffer.from([0, 5, 97])],
  ])('%s is not read', (_, block) => {
    expect(() => readLiterals(block)).toThrow();
  });
});
