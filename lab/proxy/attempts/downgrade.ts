import { sharing } from '../../proof/proof';
import { arrivedIf, type ProxyAttempt, TOKEN } from '../plan/attempt';
import { fields, http2, stream } from '../plan/http2';
import type { Target } from '../plan/target';

/** A second request, for a path that no rule has, that ends where a line of another request can continue. */
const hidden = ({ read }: Target) => `GET /smuggled/${TOKEN} HTTP/1.1\r\nHost: ${read.host}\r\n`;

/** The allowed request with a body. */
const carrying = (target: Target, header: readonly [string, string], data: string) => {
  const { host, method, path } = target.write ?? target.read;
  return [
    http2(target, host, [
      { stream: 1, headers: fields(method, path, host, [header]), more: 'body' },
      { stream: 1, data },
    ]),
  ];
};

const one = (target: Target, method: string, path: string, more?: Parameters<typeof fields>[3]) => [
  http2(target, target.read.host, [stream(1, fields(method, path, target.read.host, more))]),
];

const downgrading = sharing<ProxyAttempt>({
  group: 'HTTP/2',
  law: 'POL-1',
  heldBy: "Go's HTTP/2 server refuses it, and the proxy box writes each request anew",
  mustFailIn: ['downgrader'],
  through: arrivedIf(({ target, method }) => target.includes('/smuggled/') || method === ''),
});

/** Line breaks and false lengths: written as HTTP/1.1, they would begin a second request. */
export const DOWNGRADE: readonly ProxyAttempt[] = [
  downgrading('M14', 'a line break in a header, and a second request behind it', (target) =>
    one(target, 'GET', target.read.path, [['x-split', `a\r\n\r\n${hidden(target)}X: b`]]),
  ),
  downgrading('M15', 'a line break in the path, and a second request behind it', (target) => {
    const { host, path } = target.read;
    return one(target, 'GET', `${path} HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /smuggled/${TOKEN}`);
  }),
  downgrading('M16', 'a line break in the method, and a request before it', (target) =>
    one(target, `${hidden(target)}\r\nGET`, target.read.path),
  ),
  downgrading('M17', 'a length of 0, and a second request as the body', (target) =>
    carrying(target, ['content-length', '0'], `${hidden(target)}\r\n`),
  ),
  downgrading('M18', 'Transfer-Encoding, and a second request behind its end', (target) =>
    carrying(target, ['transfer-encoding', 'chunked'], `0\r\n\r\n${hidden(target)}\r\n`),
  ),
];
