import { sharing } from '../../proof/proof';
import { arrivedAtAll, arrivedIf, type ProxyAttempt, TOKEN } from '../plan/attempt';
import { clear, fields, http2, stream } from '../plan/http2';
import { ATTACKER, directoryOf, type Target } from '../plan/target';
import { noneAstray, toRoot, withWrite } from './reading';
import { strayed } from './secrets';

const one = (target: Target, ...request: Parameters<typeof fields>) => [
  http2(target, target.read.host, [stream(1, fields(...request))]),
];
const allowed = ({ read }: Target) => fields('GET', read.path, read.host);

const shared = {
  group: 'HTTP/2',
  law: 'POL-1',
  heldBy: 'TLS name and authority must agree, for every stream',
  mustFailIn: ['relay'],
  through: arrivedAtAll,
} as const;
const spoken = sharing<ProxyAttempt>(shared);
const byRules = sharing<ProxyAttempt>({
  ...shared,
  heldBy: 'methods and paths of the rules, for every stream',
});
const inTheClear = sharing<ProxyAttempt>({
  ...shared,
  law: 'NET-6',
  heldBy: 'no HTTP/2 without TLS, plaintext lock, security group without port 80',
  mustFailIn: ['open relay'],
  through: arrivedIf(({ tls }) => !tls),
});

/** What HTTP/2 says in other words than HTTP/1.1, or allows to be said at all. */
export const HTTP2: readonly ProxyAttempt[] = [
  spoken('M04', 'the attacker as authority, under an allowed TLS name', (target) =>
    one(target, 'GET', target.read.path, ATTACKER),
  ),
  spoken(
    'M05',
    'an allowed authority, and a Host header for the attacker',
    (target) => one(target, 'GET', target.read.path, target.read.host, [['host', ATTACKER]]),
    {
      heldBy: 'the authority counts, and the proxy box sends that one name',
      through: arrivedIf(
        ({ host, headers }) =>
          host === ATTACKER || (headers.includes(':authority') && headers.includes('host')),
      ),
    },
  ),
  spoken('M06', 'no authority, and a Host header for the attacker', (target) => {
    const bare = allowed(target).filter(([name]) => name !== ':authority');
    return [http2(target, target.read.host, [stream(1, [...bare, ['host', ATTACKER]])])];
  }),
  spoken(
    'M07',
    "one connection for two allowed hosts: the second one's stream on the first one's connection",
    (target) => {
      const { read } = target;
      const other = target.allowed.find(({ host, signed }) => host !== read.host && !signed);
      if (other === undefined) return 'this policy allows one host alone';
      return [
        http2(target, read.host, [
          stream(1, allowed(target)),
          stream(3, fields(other.method, other.path, other.host)),
        ]),
      ];
    },
    { through: arrivedIf(({ host }, { read }) => host !== read.host) },
  ),
  spoken(
    'M08',
    'dot segments in the path, plain and encoded',
    (target) => [
      http2(
        target,
        target.read.host,
        ['../', '%2e%2e/', '..%2f'].map((step, index) => {
          const directory = directoryOf(target.read);
          const path = `${directory}/${toRoot(directory, step)}user`;
          return stream(2 * index + 1, fields('GET', path, target.read.host));
        }),
      ),
    ],
    { heldBy: 'dot segments are refused before any rule' },
  ),
  spoken(
    'M09',
    'an absolute path for the attacker',
    (target) => one(target, 'GET', `https://${ATTACKER}${target.read.path}`, target.read.host),
    {
      heldBy: 'the request goes to its authority, with the path alone',
      mustFailIn: ['downgrader'],
      through: arrivedIf(({ host, target }) => host === ATTACKER || target.includes(ATTACKER)),
    },
  ),
  byRules(
    'M10',
    "another tenant's path on a stream beside an allowed one",
    (target) => [
      http2(target, target.read.host, [
        stream(1, allowed(target)),
        stream(3, fields('GET', `/other/${TOKEN}`, target.read.host)),
      ]),
    ],
    { mustFailIn: ['paths'], through: arrivedIf(({ target }) => target.startsWith('/other/')) },
  ),
  byRules(
    'M11',
    'the allowed method in lower case',
    (target) => one(target, 'get', target.read.path, target.read.host),
    { mustFailIn: ['methods'] },
  ),
  spoken(
    'M12',
    'a header that changes the method',
    (target) =>
      one(target, 'GET', target.read.path, target.read.host, [['x-http-method-override', 'DELETE']]),
    {
      heldBy: 'such headers are removed from every request',
      mustFailIn: ['headers'],
      through: arrivedIf(({ headers }) => headers.some((name) => /^x-http-method-override$/i.test(name))),
    },
  ),
  spoken(
    'M13',
    'a stream for each of two rules with secrets, side by side',
    withWrite((target, write) => {
      const { read } = target;
      const say = [
        stream(1, allowed(target)),
        stream(3, fields(write.method, write.path, read.host)),
        stream(5, allowed(target)),
      ];
      return noneAstray(target, read) ?? [http2(target, read.host, say)];
    }),
    {
      law: 'SEC-2',
      heldBy: 'a secret goes out with requests of its own rules alone',
      mustFailIn: ['secrets'],
      through: arrivedIf(strayed),
    },
  ),
  spoken('M19', 'a CONNECT stream for the attacker', (target) => {
    const headers = [
      [':method', 'CONNECT'],
      [':authority', `${ATTACKER}:443`],
      ['x-lab', TOKEN],
    ] as const;
    return [http2(target, target.read.host, [{ stream: 1, headers, more: 'body' }])];
  }),
  spoken(
    'M20',
    'a WebSocket by extended CONNECT (RFC 8441)',
    (target) => {
      const [method, ...rest] = fields('CONNECT', target.read.path, target.read.host);
      // Pseudo-headers come first.
      const headers = [method, [':protocol', 'websocket'], ...rest] as const;
      return [http2(target, target.read.host, [{ stream: 1, headers, more: 'body' }])];
    },
    { law: 'NET-6', heldBy: "Go's HTTP/2 server offers no extended CONNECT" },
  ),
  inTheClear('M21', 'HTTP/2 in the clear, by prior knowledge, on port 80', (target) => [
    clear(target, [stream(1, allowed(target))]),
  ]),
  inTheClear('M22', 'HTTP/2 in the clear, inside CONNECT to port 80', (target) => {
    const authority = `${target.read.host}:80`;
    const send = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
    return [clear(target, [stream(1, allowed(target))], { port: 8080, before: { send, until: 'head' } })];
  }),
  spoken(
    'M23',
    'headers behind the body: a forged Authorization, and another method',
    (target) => {
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
    {
      heldBy: 'nothing behind a body is sent on',
      through: arrivedIf(({ trailers }) => trailers.length > 0),
    },
  ),
];
