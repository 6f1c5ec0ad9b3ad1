import { arrivedAtAll, arrivedIf, type DoorAttempt, TOKEN } from '../plan/attempt';
import { ATTACKER, type DoorCast } from '../plan/cast';
import { clear, fields, http2, stream } from '../plan/http2';
import { group } from './group';
import { strayed } from './secrets';

const base = ({ read }: DoorCast) => read.path.replace(/\/[^/]*$/, '');
const up = (cast: DoorCast, step: string) => step.repeat(base(cast).split('/').length - 1);

const one = (cast: DoorCast, ...request: Parameters<typeof fields>) => [
  http2(cast, cast.read.host, [stream(1, fields(...request))]),
];

/** What HTTP/2 says in other words than HTTP/1.1, or lets be said at all. */
export const HTTP2: readonly DoorAttempt[] = group(
  {
    group: 'HTTP/2',
    invariant: 'POL-1',
    stops: 'TLS name and authority must agree, for every stream',
    weakened: 'relay',
    through: arrivedAtAll,
  },
  [
    {
      id: 'M04',
      title: 'the attacker as authority, under an allowed TLS name',
      steps: (cast) => one(cast, 'GET', cast.read.path, ATTACKER),
    },
    {
      id: 'M05',
      title: 'an allowed authority, and a Host header for the attacker',
      stops: 'the authority counts, and the request goes on with that one name',
      steps: (cast) => one(cast, 'GET', cast.read.path, cast.read.host, [['host', ATTACKER]]),
      through: arrivedIf(
        ({ host, headers }) =>
          host === ATTACKER || (headers.includes(':authority') && headers.includes('host')),
      ),
    },
    {
      id: 'M06',
      title: 'no authority, and a Host header for the attacker',
      steps: (cast) => [
        http2(cast, cast.read.host, [
          stream(1, [
            ...fields('GET', cast.read.path, '').filter(([name]) => name !== ':authority'),
            ['host', ATTACKER],
          ]),
        ]),
      ],
    },
    {
      id: 'M07',
      title: "one connection for two allowed hosts: the second one's stream on the first one's connection",
      steps: (cast) => {
        const { read } = cast;
        const other = cast.allowed.find(({ host, signed }) => host !== read.host && !signed);
        if (other === undefined) return 'this policy allows one host alone';
        return [
          http2(cast, read.host, [
            stream(1, fields('GET', read.path, read.host)),
            stream(3, fields(other.method, other.path, other.host)),
          ]),
        ];
      },
      through: arrivedIf(({ host }, { read }) => host !== read.host),
    },
    {
      id: 'M08',
      title: 'dot segments in the path, plain and encoded',
      stops: 'dot segments are refused before any rule',
      steps: (cast) => [
        http2(
          cast,
          cast.read.host,
          ['../', '%2e%2e/', '..%2f'].map((step, index) =>
            stream(2 * index + 1, fields('GET', `${base(cast)}/${up(cast, step)}user`, cast.read.host)),
          ),
        ),
      ],
    },
    {
      id: 'M09',
      title: 'an absolute path for the attacker',
      stops: 'the request goes to its authority, with the path alone',
      weakened: 'downgrader',
      steps: (cast) => one(cast, 'GET', `https://${ATTACKER}${cast.read.path}`, cast.read.host),
      through: arrivedIf(({ host, target }) => host === ATTACKER || target.includes(ATTACKER)),
    },
    {
      id: 'M10',
      title: "another tenant's path on a stream beside an allowed one",
      stops: 'methods and paths of the rules, for every stream',
      weakened: 'paths',
      steps: (cast) => [
        http2(cast, cast.read.host, [
          stream(1, fields('GET', cast.read.path, cast.read.host)),
          stream(3, fields('GET', `/other/${TOKEN}`, cast.read.host)),
        ]),
      ],
      through: arrivedIf(({ target }) => target.startsWith('/other/')),
    },
    {
      id: 'M11',
      title: 'the allowed method in lower case',
      stops: 'methods and paths of the rules, for every stream',
      weakened: 'methods',
      steps: (cast) => one(cast, 'get', cast.read.path, cast.read.host),
    },
    {
      id: 'M12',
      title: 'a header that makes another request of it',
      stops: 'such headers are taken off every request',
      weakened: 'headers',
      steps: (cast) =>
        one(cast, 'GET', cast.read.path, cast.read.host, [['x-http-method-override', 'DELETE']]),
      through: arrivedIf(({ headers }) => headers.some((name) => /^x-http-method-override$/i.test(name))),
    },
    {
      id: 'M13',
      title: 'a stream for each of two rules with secrets, side by side',
      invariant: 'SEC-2',
      stops: "a secret goes out under its own rules' requests and no others",
      weakened: 'secrets',
      steps: (cast) => {
        const { read, write } = cast;
        if (write === undefined) return 'this policy has no rule that writes with a secret';
        return [
          http2(cast, read.host, [
            stream(1, fields('GET', read.path, read.host)),
            stream(3, fields(write.method, write.path, read.host)),
            stream(5, fields('GET', read.path, read.host)),
          ]),
        ];
      },
      through: arrivedIf(strayed),
    },
    {
      id: 'M19',
      title: 'a CONNECT stream for the attacker',
      steps: (cast) => [
        http2(cast, cast.read.host, [
          {
            stream: 1,
            headers: [
              [':method', 'CONNECT'],
              [':authority', `${ATTACKER}:443`],
              ['x-lab', TOKEN],
            ],
            more: 'body',
          },
        ]),
      ],
    },
    {
      id: 'M20',
      title: 'a WebSocket by extended CONNECT (RFC 8441)',
      invariant: 'NET-6',
      stops: "Go's HTTP/2 server offers no extended CONNECT",
      steps: (cast) => [
        http2(cast, cast.read.host, [
          {
            stream: 1,
            headers: [...fields('CONNECT', cast.read.path, cast.read.host), [':protocol', 'websocket']].sort(
              ([a = ''], [b = '']) => Number(b.startsWith(':')) - Number(a.startsWith(':')),
            ) as unknown as [string, string][],
            more: 'body',
          },
        ]),
      ],
    },
    {
      id: 'M21',
      title: 'HTTP/2 in the clear, by prior knowledge, on port 80',
      invariant: 'NET-6',
      stops: 'no HTTP/2 without TLS, plaintext lock, security group without port 80',
      weakened: 'open relay',
      steps: (cast) => [clear(cast, [stream(1, fields('GET', cast.read.path, cast.read.host))])],
      through: arrivedIf(({ tls }) => !tls),
    },
    {
      id: 'M22',
      title: 'HTTP/2 in the clear, inside CONNECT to port 80',
      invariant: 'NET-6',
      stops: 'no HTTP/2 without TLS, plaintext lock, security group without port 80',
      weakened: 'open relay',
      steps: (cast) => {
        const authority = `${cast.read.host}:80`;
        const send = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
        return [
          clear(cast, [stream(1, fields('GET', cast.read.path, cast.read.host))], {
            port: 8080,
            before: { send, until: 'head' },
          }),
        ];
      },
      through: arrivedIf(({ tls }) => !tls),
    },
    {
      id: 'M23',
      title: 'headers behind the body: a forged Authorization, and another method',
      stops: 'nothing that comes behind a body goes on',
      steps: (cast) => {
        const { host, method, path } = cast.write ?? cast.read;
        const behind = [
          ['authorization', 'forged'],
          ['x-http-method-override', 'DELETE'],
        ] as const;
        return [
          http2(
            cast,
            host,
            behind.flatMap(([name, value], index) => {
              const number = 2 * index + 1;
              return [
                { stream: number, headers: fields(method, path, host, [['trailer', name]]), more: 'body' },
                { stream: number, data: '{}', more: true },
                stream(number, [[name, value]]),
              ] as const;
            }),
          ),
        ];
      },
      through: arrivedIf(({ trailers }) => trailers.length > 0),
    },
  ],
);
