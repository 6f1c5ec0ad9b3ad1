import { arrivedIf, type ProxyAttempt, request, secure, TOKEN } from '../plan/attempt';
import type { Target } from '../plan/target';
import { group } from './group';

/** A request for a path that no rule has, to be found inside another one. */
const hidden = ({ read }: Target) => `GET /smuggled/${TOKEN} HTTP/1.1\r\nHost: ${read.host}\r\nX-Hidden: `;

/** An allowed request whose end is told in two ways, with the hidden one in what is left over. */
const ambiguous =
  (headers: readonly string[], body: (hidden: string) => string): ProxyAttempt['run'] =>
  (target) => {
    const carrier = target.write ?? target.read;
    const text = body(hidden(target));
    return [
      secure(target, carrier.host, [
        request(carrier.method, carrier.path, carrier.host, {
          headers: headers.map((each) => each.replace('LENGTH', String(text.length))),
          body: text,
          keepAlive: true,
        }),
        request('GET', target.read.path, target.read.host),
      ]),
    ];
  };

const asChunk = (hidden: string) => `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
const afterEnd = (hidden: string) => `0\r\n\r\n${hidden}`;

/** The hidden request counts by itself, or its bytes do where a server couldn't read them. */
const smuggled = arrivedIf(({ target, method }) => target.includes('/smuggled/') || method === '');

export const SMUGGLING = group(
  {
    group: 'request smuggling',
    law: 'POL-1',
    heldBy: "Go's HTTP server reads one length, and sends on what it read, written anew",
    mustFailIn: ['relay'],
    through: smuggled,
  },
  [
    {
      id: 'R01',
      title: 'CL.TE',
      run: ambiguous(['Content-Length: LENGTH', 'Transfer-Encoding: chunked'], afterEnd),
    },
    {
      id: 'R02',
      title: 'TE.CL',
      run: ambiguous(['Content-Length: 4', 'Transfer-Encoding: chunked'], asChunk),
    },
    {
      id: 'R03',
      title: 'TE.TE, the second one unknown',
      run: ambiguous(
        ['Transfer-Encoding: chunked', 'Transfer-Encoding: x', 'Content-Length: LENGTH'],
        afterEnd,
      ),
    },
    {
      id: 'R04',
      title: 'Transfer-Encoding with a space before its colon',
      run: ambiguous(['Content-Length: LENGTH', 'Transfer-Encoding : chunked'], afterEnd),
    },
    {
      id: 'R05',
      title: 'Transfer-Encoding on a folded line',
      run: ambiguous(['Content-Length: LENGTH', 'X-Folded: a\r\n Transfer-Encoding: chunked'], afterEnd),
    },
    {
      id: 'R06',
      title: 'Transfer-Encoding with a tab and a comma',
      run: ambiguous(['Content-Length: LENGTH', 'Transfer-Encoding:\tchunked, identity'], afterEnd),
    },
    {
      id: 'R07',
      title: 'two lengths that differ',
      run: ambiguous(['Content-Length: 0', 'Content-Length: LENGTH'], (text) => text),
    },
    {
      id: 'R08',
      title: 'a length with a plus sign',
      run: ambiguous(['Content-Length: +0'], (text) => text),
    },
    { id: 'R09', title: 'a negative length', run: ambiguous(['Content-Length: -1'], (text) => text) },
    {
      id: 'R10',
      title: 'bare line feeds between chunks',
      run: ambiguous(['Transfer-Encoding: chunked'], (text) => `0\n\n${text}`),
    },
    {
      id: 'R11',
      title: 'an extension of a chunk with a line break in it',
      run: ambiguous(['Transfer-Encoding: chunked'], (text) => `0;a\nb\r\n\r\n${text}`),
    },
    {
      id: 'R12',
      title: 'a carriage return alone inside a header',
      run: ambiguous(['Content-Length: LENGTH', 'X-Split: a\rTransfer-Encoding: chunked'], afterEnd),
    },
    {
      id: 'R13',
      title: 'chunked by HTTP/1.0',
      run: (target) => [
        secure(target, target.read.host, [
          `GET ${target.read.path} HTTP/1.0\r\nHost: ${target.read.host}\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n${afterEnd(hidden(target))}\r\n\r\n`,
        ]),
      ],
    },
    {
      id: 'R14',
      title: 'a forbidden request right behind an allowed one',
      heldBy: 'every request on a connection is judged by itself',
      mustFailIn: ['paths'],
      run: (target) => [
        secure(target, target.read.host, [
          request('GET', target.read.path, target.read.host, { keepAlive: true }) +
            request('GET', `/smuggled/${TOKEN}`, target.read.host),
        ]),
      ],
    },
    {
      id: 'R15',
      title: 'a line break in the path, encoded',
      run: (target) => [
        secure(target, target.read.host, request('GET', `/x%0d%0aX-Injected:1/smuggled/`, target.read.host)),
      ],
      heldBy: 'methods and paths of the rules',
      mustFailIn: ['paths'],
    },
  ],
);
