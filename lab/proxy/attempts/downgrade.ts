import { arrivedIf, type DoorAttempt, TOKEN } from '../plan/attempt';
import type { DoorCast } from '../plan/cast';
import { fields, http2, stream } from '../plan/http2';
import { group } from './group';

/** A second request, for a path that no rule has, that ends where another one's line can go on. */
const hidden = ({ read }: DoorCast) => `GET /smuggled/${TOKEN} HTTP/1.1\r\nHost: ${read.host}\r\n`;

/** The allowed request, with a body behind it. */
const carrying = (cast: DoorCast, headers: readonly (readonly [string, string])[], data: string) => {
  const { host, method, path } = cast.write ?? cast.read;
  return [
    http2(cast, host, [
      { stream: 1, headers: fields(method, path, host, headers), more: 'body' },
      { stream: 1, data },
    ]),
  ];
};

const one = (cast: DoorCast, ...request: Parameters<typeof fields>) => [
  http2(cast, cast.read.host, [stream(1, fields(...request))]),
];

/** Texts that end a line, and lengths that aren't: in HTTP/1.1 a second request would follow. */
export const DOWNGRADE: readonly DoorAttempt[] = group(
  {
    group: 'HTTP/2',
    invariant: 'POL-1',
    stops: "Go's HTTP/2 server refuses it, and what goes on is written anew",
    weakened: 'downgrader',
    through: arrivedIf(({ target, method }) => target.includes('/smuggled/') || method === ''),
  },
  [
    {
      id: 'M14',
      title: 'a line break in a header, and a second request behind it',
      steps: (cast) =>
        one(cast, 'GET', cast.read.path, cast.read.host, [['x-split', `a\r\n\r\n${hidden(cast)}X: b`]]),
    },
    {
      id: 'M15',
      title: 'a line break in the path, and a second request behind it',
      steps: (cast) => {
        const { host, path } = cast.read;
        const split = `${path} HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /smuggled/${TOKEN}`;
        return one(cast, 'GET', split, host);
      },
    },
    {
      id: 'M16',
      title: 'a line break in the method, and a request before it',
      steps: (cast) => one(cast, `${hidden(cast)}\r\nGET`, cast.read.path, cast.read.host),
    },
    {
      id: 'M17',
      title: 'a length of 0, and a second request as the body',
      steps: (cast) => carrying(cast, [['content-length', '0']], `${hidden(cast)}\r\n`),
    },
    {
      id: 'M18',
      title: 'Transfer-Encoding, and a second request behind its end',
      steps: (cast) => carrying(cast, [['transfer-encoding', 'chunked']], `0\r\n\r\n${hidden(cast)}\r\n`),
    },
  ],
);
