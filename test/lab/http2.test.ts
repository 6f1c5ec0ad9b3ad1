import { connect, createServer, type Http2Session } from 'node:http2';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import {
  END_HEADERS,
  END_STREAM,
  FrameReader,
  frame,
  PREFACE,
  TYPE,
} from '../../lab/proxy/programs/http2/frames';
import { type Field, literals, readLiterals } from '../../lab/proxy/programs/http2/hpack';
import { Downgrade } from '../../lab/proxy/programs/relay/downgrade';
import { Borrowed } from '../../lab/proxy/programs/worker/borrowed';

const latin1 = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const LINES = 'a\r\n\r\nGET /hidden HTTP/1.1\r\nHost: h';

function request(more: readonly Field[] = [], path = '/x'): Field[] {
  return [[':method', 'PATCH'], [':scheme', 'https'], [':authority', 'h'], [':path', path], ...more];
}

const headers = (fields: readonly Field[], flags = END_HEADERS | END_STREAM) =>
  frame(TYPE.headers, flags, 1, literals(fields));

function downgraded(...frames: Buffer[]): string {
  return new Downgrade().take(Buffer.concat([PREFACE, ...frames])).toString('latin1');
}

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

describe('a proxy that writes HTTP/2 as HTTP/1.1 makes two requests of', () => {
  test.each([
    ['a line break in a header', [headers(request([['x-split', LINES]]))]],
    ['a line break in the path', [headers(request([], `/x HTTP/1.1\r\nHost: h\r\n\r\nGET /hidden`))]],
    [
      'a length that is not the body\u2019s',
      [
        headers(request([['content-length', '0']]), END_HEADERS),
        frame(TYPE.data, END_STREAM, 1, Buffer.from('GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n')),
      ],
    ],
    [
      'a Transfer-Encoding',
      [
        headers(request([['transfer-encoding', 'chunked']]), END_HEADERS),
        frame(TYPE.data, END_STREAM, 1, Buffer.from('0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: h\r\n\r\n')),
      ],
    ],
  ])('%s', (_, frames) => {
    expect(downgraded(...frames)).toMatch(
      /^PATCH \/x HTTP\/1\.1\r\nHost: h\r\n([\s\S]*\r\n)?\r\nGET \/hidden HTTP\/1\.1\r\n/,
    );
  });

  test('and one of one that hides none, trailers included', () => {
    const said = downgraded(
      headers(request(), END_HEADERS),
      frame(TYPE.data, 0, 1, Buffer.from('{}')),
      headers([['x-behind', '1']]),
    );
    expect(said).toBe(
      'PATCH /x HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx-behind: 1\r\n\r\n',
    );
  });
});

test('a borrowed connection says what it is told, and its client reads the answers', async () => {
  const [near, far] = pair();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.authority}`);
    response.end('said');
  });
  server.emit('connection', far);
  const wire = new Borrowed(near as never, () => undefined);
  const session = connect('https://lab.invalid', { createConnection: () => wire });
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/what-the-client-says' });
  while (!wire.hasBegun(1)) await new Promise((resolve) => setImmediate(resolve));
  wire.say(headers(request([], '/what-was-said')));
  const status = await new Promise((resolve) =>
    stream.on('response', (answer) => resolve(answer[':status'])),
  );
  expect([status, asked]).toEqual([200, ['PATCH /what-was-said h']]);
  for (const each of [session, near, far] as (Http2Session | Duplex)[]) each.destroy();
});

/** Two ends of a connection, in memory. */
function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [0, 1].map(
    (mine) =>
      new Duplex({
        read: () => undefined,
        write: (chunk, _encoding, done) => {
          ends[1 - mine]?.push(chunk);
          done();
        },
      }),
  );
  return ends as [Duplex, Duplex];
}
