import { sharing } from '../../proof/proof';
import { arrivedIf, type ProxyAttempt, request, secure, TOKEN } from '../plan/attempt';
import type { Target } from '../plan/target';
import { reading, readOverTls } from './reading';

/** A request for a path that no rule has, to be found inside another one. */
const hidden = ({ read }: Target) => `GET /smuggled/${TOKEN} HTTP/1.1\r\nHost: ${read.host}\r\nX-Hidden: `;

/** An allowed request that states its end in two ways, with the hidden one in what is left over. */
const ambiguous =
  (headers: readonly string[], body: (hidden: string) => string): ProxyAttempt['run'] =>
  (target) => {
    const { host, method, path } = target.write ?? target.read;
    const text = body(hidden(target));
    const own = headers.map((each) => each.replace('LENGTH', String(text.length)));
    return [
      secure(target, host, [
        request(method, path, host, { headers: own, body: text, keepAlive: true }),
        reading(target),
      ]),
    ];
  };

const asChunk = (hidden: string) => `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
const afterEnd = (hidden: string) => `0\r\n\r\n${hidden}`;
const asItIs = (hidden: string) => hidden;

const smuggled = sharing<ProxyAttempt>({
  group: 'request smuggling',
  law: 'POL-1',
  heldBy: "Go's HTTP server reads one length, and the proxy box writes the request anew",
  mustFailIn: ['relay'],
  // The hidden request arrived, or its bytes did where a server couldn't read them.
  through: arrivedIf(({ target, method }) => target.includes('/smuggled/') || method === ''),
});
const smuggling = (id: string, title: string, ...ends: Parameters<typeof ambiguous>) =>
  smuggled(id, title, ambiguous(...ends));
const CHUNKED = 'Transfer-Encoding: chunked';
const LENGTH = 'Content-Length: LENGTH';

export const SMUGGLING: readonly ProxyAttempt[] = [
  smuggling('R01', 'CL.TE', [LENGTH, CHUNKED], afterEnd),
  smuggling('R02', 'TE.CL', ['Content-Length: 4', CHUNKED], asChunk),
  smuggling('R03', 'TE.TE, the second one unknown', [CHUNKED, 'Transfer-Encoding: x', LENGTH], afterEnd),
  smuggling(
    'R04',
    'Transfer-Encoding with a space before its colon',
    [LENGTH, 'Transfer-Encoding : chunked'],
    afterEnd,
  ),
  smuggling('R05', 'Transfer-Encoding on a folded line', [LENGTH, `X-Folded: a\r\n ${CHUNKED}`], afterEnd),
  smuggling(
    'R06',
    'Transfer-Encoding with a tab and a comma',
    [LENGTH, 'Transfer-Encoding:\tchunked, identity'],
    afterEnd,
  ),
  smuggling('R07', 'two lengths that differ', ['Content-Length: 0', LENGTH], asItIs),
  smuggling('R08', 'a length with a plus sign', ['Content-Length: +0'], asItIs),
  smuggling('R09', 'a negative length', ['Content-Length: -1'], asItIs),
  smuggling('R10', 'bare line feeds between chunks', [CHUNKED], (text) => `0\n\n${text}`),
  smuggling(
    'R11',
    'an extension of a chunk with a line break in it',
    [CHUNKED],
    (text) => `0;a\nb\r\n\r\n${text}`,
  ),
  smuggling('R12', 'a carriage return alone inside a header', [LENGTH, `X-Split: a\r${CHUNKED}`], afterEnd),
  smuggled('R13', 'chunked by HTTP/1.0', (target) => {
    const { host, path } = target.read;
    const head = `GET ${path} HTTP/1.0\r\nHost: ${host}\r\n${CHUNKED}\r\nConnection: keep-alive\r\n\r\n`;
    return [secure(target, host, `${head}${afterEnd(hidden(target))}\r\n\r\n`)];
  }),
  smuggled(
    'R14',
    'a forbidden request right behind an allowed one',
    (target) => {
      const both = reading(target, { keepAlive: true }) + reading(target, { path: `/smuggled/${TOKEN}` });
      return [secure(target, target.read.host, both)];
    },
    { heldBy: 'every request on a connection is judged by itself', mustFailIn: ['paths'] },
  ),
  smuggled(
    'R15',
    'a line break in the path, encoded',
    (target) => readOverTls(target, { path: '/x%0d%0aX-Injected:1/smuggled/' }),
    { heldBy: 'methods and paths of the rules', mustFailIn: ['paths'] },
  ),
];
