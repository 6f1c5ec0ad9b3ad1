import { readRequest, readResponse } from '../../../lib/warden/gate/messages';
import { bytes, number } from '../../../lib/warden/gate/protobuf';
import { requestMessage, responseMessage } from './fake-iron-proxy';

const SECRET = 'the-injected-secret';

describe('what the gate decodes of a message', () => {
  test('of a request: everything but header values, save those that frame a body', () => {
    const read = readRequest(
      requestMessage({
        method: 'POST',
        url: '/a?b=c',
        host: 'h.example',
        sni: 'h.example',
        remoteAddr: '127.0.0.1:9',
        headers: { Authorization: SECRET, 'Content-Length': '5', 'content-type': 'application/json' },
      }),
    );
    expect(read).toMatchObject({
      method: 'POST',
      target: '/a?b=c',
      host: 'h.example',
      sni: 'h.example',
      remoteAddr: '127.0.0.1:9',
    });
    expect(read.headers).toEqual({
      fields: 3,
      bytes: 'AuthorizationContent-Lengthcontent-type5application/json'.length + SECRET.length + 12,
      longestName: 14,
      names: ['authorization', 'content-length', 'content-type'],
      framing: new Map([
        ['content-length', ['5']],
        ['content-type', ['application/json']],
      ]),
    });
  });

  test('of a response: the address and the status, and no other text becomes a string', () => {
    const message = responseMessage(
      { url: `/bot${SECRET}/x`, headers: { Authorization: `Bearer ${SECRET}` }, remoteAddr: '127.0.0.1:7' },
      503,
    );
    const strings: string[] = [];
    const spy = vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, encoding) {
      const text = Buffer.prototype.latin1Slice.call(this, 0, this.length);
      strings.push(text);
      return encoding === undefined ? text : text;
    });
    const read = readResponse(message);
    spy.mockRestore();
    expect(read).toEqual({ remoteAddr: '127.0.0.1:7', status: 503 });
    expect(strings).toEqual(['127.0.0.1:7']);
  });

  test.each([
    ['a cut field', bytes(1, 'abc').subarray(0, 3)],
    ['an endless number', Buffer.alloc(20, 0xff)],
    ['a number that is cut', Buffer.from([8, 0x80])],
    ['field number 0', Buffer.from([0, 0])],
    ['a group, which is no longer in use', Buffer.from([0x0b])],
  ])('it refuses %s', (_, message) => {
    expect(() => readRequest(message)).toThrow();
    expect(() => readResponse(message)).toThrow();
  });

  test('it skips fields of later versions', () => {
    const later = Buffer.concat([
      number(9, 1),
      bytes(10, 'x'),
      Buffer.from([0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x5d, 1, 2, 3, 4]),
    ]);
    expect(readRequest(Buffer.concat([later, requestMessage({ method: 'PUT' })])).method).toBe('PUT');
  });
});
