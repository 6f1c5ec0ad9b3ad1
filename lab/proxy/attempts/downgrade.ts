import { arrivedIf, type ProxyAttempt, TOKEN } from '../plan/attempt';
import { fields, http2, stream } from '../plan/http2';
import type { Target } from '../plan/target';
import { group } from './group';

/** A second request, for a path that no rule has, that ends where another one's line can go on. */
const hidden = ({ read }: Target) => `GET /smuggled/${TOKEN} HTTP/1.1\r\nHost: ${read.host}\r\n`;

/** The allowed request, with a body behind it. */
const carrying = (target: Target, headers: readonly (readonly [string, string])[], data: string) => {
  const { host, method, path } = target.write ?? target.read;
  return [
    http2(target, host, [
      { stream: 1, headers: fields(method, path, host, headers), more: 'body' },
      { stream: 1, data },
    ]),
  ];
};

const one = (target: Target, ...request: Parameters<typeof fields>) => [
  http2(target, target.read.host, [stream(1, fields(...request))]),
];

/** Texts that end a line, and lengths that aren't: in HTTP/1.1 a second request would follow. */
export const DOWNGRADE: readonly ProxyAttempt[] = group(
  {
    group: 'HTTP/2',
    law: 'POL-1',
    heldBy: "Go's HTTP/2 server refuses it, and what goes on is written anew",
    mustFailIn: ['downgrader'],
    through: arrivedIf(({ target, method }) => target.includes('/smuggled/') || method === ''),
  },
  [
    {
      id: 'M14',
      title: 'a line break in a header, and a second request behind it',
      run: (target) =>
        one(target, 'GET', target.read.path, target.read.host, [
          ['x-split', `a\r\n\r\n${hidden(target)}X: b`],
        ]),
    },
    {
      id: 'M15',
      title: 'a line break in the path, and a second request behind it',
      run: (target) => {
        const { host, path } = target.read;
        const split = `${path} HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /smuggled/${TOKEN}`;
        return one(target, 'GET', split, host);
      },
    },
    {
      id: 'M16',
      title: 'a line break in the method, and a request before it',
      run: (target) => one(target, `${hidden(target)}\r\nGET`, target.read.path, target.read.host),
    },
    {
      id: 'M17',
      title: 'a length of 0, and a second request as the body',
      run: (target) => carrying(target, [['content-length', '0']], `${hidden(target)}\r\n`),
    },
    {
      id: 'M18',
      title: 'Transfer-Encoding, and a second request behind its end',
      run: (target) => carrying(target, [['transfer-encoding', 'chunked']], `0\r\n\r\n${hidden(target)}\r\n`),
    },
  ],
);
