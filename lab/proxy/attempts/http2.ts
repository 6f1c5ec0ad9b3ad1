import { arrivedAtAll, arrivedIf, type ProxyAttempt, TOKEN } from '../plan/attempt';
import { clear, fields, http2, stream } from '../plan/http2';
import { ATTACKER, type Target } from '../plan/target';
import { group } from './group';
import { strayed } from './secrets';

const base = ({ read }: Target) => read.path.replace(/\/[^/]*$/, '');
const up = (target: Target, step: string) => step.repeat(base(target).split('/').length - 1);

const one = (target: Target, ...request: Parameters<typeof fields>) => [
  http2(target, target.read.host, [stream(1, fields(...request))]),
];

/** What HTTP/2 says in other words than HTTP/1.1, or lets be said at all. */
export const HTTP2: readonly ProxyAttempt[] = group(
  {
    group: 'HTTP/2',
    law: 'POL-1',
    heldBy: 'TLS name and authority must agree, for every stream',
    mustFailIn: ['relay'],
    through: arrivedAtAll,
  },
  [
    {
      id: 'M04',
      title: 'the attacker as authority, under an allowed TLS name',
      run: (target) => one(target, 'GET', target.read.path, ATTACKER),
    },
    {
      id: 'M05',
      title: 'an allowed authority, and a Host header for the attacker',
      heldBy: 'the authority counts, and the request goes on with that one name',
      run: (target) => one(target, 'GET', target.read.path, target.read.host, [['host', ATTACKER]]),
      through: arrivedIf(
        ({ host, headers }) =>
          host === ATTACKER || (headers.includes(':authority') && headers.includes('host')),
      ),
    },
    {
      id: 'M06',
      title: 'no authority, and a Host header for the attacker',
      run: (target) => [
        http2(target, target.read.host, [
          stream(1, [
            ...fields('GET', target.read.path, '').filter(([name]) => name !== ':authority'),
            ['host', ATTACKER],
          ]),
        ]),
      ],
    },
    {
      id: 'M07',
      title: "one connection for two allowed hosts: the second one's stream on the first one's connection",
      run: (target) => {
        const { read } = target;
        const other = target.allowed.find(({ host, signed }) => host !== read.host && !signed);
        if (other === undefined) return 'this policy allows one host alone';
        return [
          http2(target, read.host, [
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
      heldBy: 'dot segments are refused before any rule',
      run: (target) => [
        http2(
          target,
          target.read.host,
          ['../', '%2e%2e/', '..%2f'].map((step, index) =>
            stream(2 * index + 1, fields('GET', `${base(target)}/${up(target, step)}user`, target.read.host)),
          ),
        ),
      ],
    },
    {
      id: 'M09',
      title: 'an absolute path for the attacker',
      heldBy: 'the request goes to its authority, with the path alone',
      mustFailIn: ['downgrader'],
      run: (target) => one(target, 'GET', `https://${ATTACKER}${target.read.path}`, target.read.host),
      through: arrivedIf(({ host, target }) => host === ATTACKER || target.includes(ATTACKER)),
    },
    {
      id: 'M10',
      title: "another tenant's path on a stream beside an allowed one",
      heldBy: 'methods and paths of the rules, for every stream',
      mustFailIn: ['paths'],
      run: (target) => [
        http2(target, target.read.host, [
          stream(1, fields('GET', target.read.path, target.read.host)),
          stream(3, fields('GET', `/other/${TOKEN}`, target.read.host)),
        ]),
      ],
      through: arrivedIf(({ target }) => target.startsWith('/other/')),
    },
    {
      id: 'M11',
      title: 'the allowed method in lower case',
      heldBy: 'methods and paths of the rules, for every stream',
      mustFailIn: ['methods'],
      run: (target) => one(target, 'get', target.read.path, target.read.host),
    },
    {
      id: 'M12',
      title: 'a header that makes another request of it',
      heldBy: 'such headers are taken off every request',
      mustFailIn: ['headers'],
      run: (target) =>
        one(target, 'GET', target.read.path, target.read.host, [['x-http-method-override', 'DELETE']]),
      through: arrivedIf(({ headers }) => headers.some((name) => /^x-http-method-override$/i.test(name))),
    },
    {
      id: 'M13',
      title: 'a stream for each of two rules with secrets, side by side',
      law: 'SEC-2',
      heldBy: "a secret goes out under its own rules' requests and no others",
      mustFailIn: ['secrets'],
      run: (target) => {
        const { read, write } = target;
        if (write === undefined) return 'this policy has no rule that writes with a secret';
        return [
          http2(target, read.host, [
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
      run: (target) => [
        http2(target, target.read.host, [
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
      law: 'NET-6',
      heldBy: "Go's HTTP/2 server offers no extended CONNECT",
      run: (target) => [
        http2(target, target.read.host, [
          {
            stream: 1,
            headers: [
              ...fields('CONNECT', target.read.path, target.read.host),
              [':protocol', 'websocket'],
            ].sort(
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
      law: 'NET-6',
      heldBy: 'no HTTP/2 without TLS, plaintext lock, security group without port 80',
      mustFailIn: ['open relay'],
      run: (target) => [clear(target, [stream(1, fields('GET', target.read.path, target.read.host))])],
      through: arrivedIf(({ tls }) => !tls),
    },
    {
      id: 'M22',
      title: 'HTTP/2 in the clear, inside CONNECT to port 80',
      law: 'NET-6',
      heldBy: 'no HTTP/2 without TLS, plaintext lock, security group without port 80',
      mustFailIn: ['open relay'],
      run: (target) => {
        const authority = `${target.read.host}:80`;
        const send = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
        return [
          clear(target, [stream(1, fields('GET', target.read.path, target.read.host))], {
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
      heldBy: 'nothing that comes behind a body goes on',
      run: (target) => {
        const { host, method, path } = target.write ?? target.read;
        const behind = [
          ['authorization', 'forged'],
          ['x-http-method-override', 'DELETE'],
        ] as const;
        return [
          http2(
            target,
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
