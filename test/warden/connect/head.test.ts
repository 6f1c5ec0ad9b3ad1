import { HEAD_LIMIT, readHead } from '../../../lib/warden/connect/head';

const read = (text: string) => readHead(Buffer.from(text, 'latin1'));
const connect = (target: string, rest = '') => `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n${rest}`;

describe('NET-6 the answerer of CONNECT', () => {
  test('opens a tunnel to a plain host name and port 443, and keeps what comes behind the head', () => {
    expect(read(connect('api.github.com:443', '\x16\x03'))).toEqual({
      kind: 'opens',
      rest: Buffer.from('\x16\x03', 'latin1'),
    });
  });

  test.each([
    'api.github.com:80',
    'api.github.com',
    'api.github.com:443:443',
    'api.github.com:0443',
    '[::1]:443',
    'a_b.example.com:443',
    'user@api.github.com:443',
    `${'a'.repeat(254)}:443`,
    'api.github.com\n:443',
    '/:443',
  ])('opens none to %j', (target) => {
    expect(read(connect(target))).toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['another method', 'GET http://a/ HTTP/1.1\r\n\r\n', 405],
    ['SOCKS', `\x05\x01\x00\r\n\r\n`, 400],
    ['a TLS hello', '\x16\x03\x01\r\n\r\n', 400],
    ['another target', connect('a:80'), 403],
    ['a long head with an end', `CONNECT a:443 HTTP/1.1\r\nX: ${'x'.repeat(HEAD_LIMIT)}\r\n\r\n`, 431],
    ['a long head without one', 'C'.repeat(HEAD_LIMIT + 1), 431],
  ])('refuses %s', (_, text, status) => {
    expect(read(text)).toMatchObject({ kind: 'refused', status });
  });

  test('waits for the rest of a head that may become one', () => {
    expect(read('CONNECT a:443 HTTP/1.1\r\nX: ')).toEqual({ kind: 'unfinished' });
  });
});
