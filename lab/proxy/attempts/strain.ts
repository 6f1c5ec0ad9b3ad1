import { INTERNET, LINK_LOCAL } from '../../network/plan/addresses';
import { sharing } from '../../proof/proof';
import {
  arrivedAtAll,
  arrivedIf,
  type ProxyAttempt,
  plain,
  request,
  type Step,
  secure,
  TOKEN,
} from '../plan/attempt';
import { fields, http2, stream } from '../plan/http2';
import { ATTACKER, type Target } from '../plan/target';
import { dialToRead, reading, readOverTls, withWrite } from './reading';

/** The allowed request of another client came to nothing. */
const unserved: ProxyAttempt['through'] = ({ arrivals }) =>
  arrivals.length === 0 ? 'another client was not served' : undefined;

const another = (target: Target) => readOverTls(target, {}, { patience: 10_000 });

/** Streams of each connection: two connections have more than the weakened box may have open, and one has fewer than Go's server allows. */
const STREAMS = 150;
/** 16 MB of headers. */
const CONTINUATIONS = 1_000;
/** The lab's own server breaks off when about 120 answers wait for one client. */
const RESETS = 80;
/** RFC 9113, 7. */
const CANCEL = 8;

const shared = {
  group: 'sizes and numbers',
  law: 'CAP-1',
  heldBy: 'limits of the front and of the units',
  mustFailIn: ['small'],
  through: unserved,
} as const;
const straining = sharing<ProxyAttempt>(shared);
const oversized = sharing<ProxyAttempt>({ ...shared, law: 'POL-1', through: arrivedAtAll });

/** Sizes and numbers. Another client must be served meanwhile. */
export const STRAIN: readonly ProxyAttempt[] = [
  straining(
    'V01',
    '2,000 connections with half a TLS hello each: another client is served a second later',
    another,
    {
      conditions: () => ({ box: 'flooded' }),
    },
  ),
  oversized(
    'V02',
    '8 MB of headers',
    (target) => [
      secure(
        target,
        target.read.host,
        [
          `GET ${target.read.path} HTTP/1.1\r\nHost: ${target.read.host}\r\nX-Lab: ${TOKEN}\r\nX-Big: `,
          { fill: 8 << 20 },
          '\r\nConnection: close\r\n\r\n',
        ],
        { patience: 15_000 },
      ),
    ],
    { heldBy: "Go's HTTP server accepts 1 MB of headers", mustFailIn: ['relay'] },
  ),
  oversized(
    'V03',
    '64 MB sent to a path that no rule has',
    withWrite((target, write) => {
      const head = request(write.method, `/other/${TOKEN}`, write.host, {
        headers: [`Content-Length: ${64 << 20}`],
      });
      return [secure(target, write.host, [head, { fill: 64 << 20 }], { patience: 15_000 })];
    }),
    { heldBy: 'methods and paths of the rules', mustFailIn: ['paths'] },
  ),
  straining(
    'V04',
    `${2 * STREAMS} requests without an end on two HTTP/2 connections: another client is served`,
    (target) => {
      const open = fields('GET', target.read.path, target.read.host).filter(([name]) => name !== 'x-lab');
      const say = Array.from({ length: STREAMS }, (_, index) => ({
        stream: 2 * index + 1,
        headers: open,
        more: 'body' as const,
      }));
      const held = http2(target, target.read.host, say, { hold: true, patience: 600 });
      return [held, held, ...another(target)];
    },
    { alone: true },
  ),
  oversized(
    'V05',
    `a header block of HTTP/2 without an end, ${CONTINUATIONS} CONTINUATION frames long`,
    (target) => [
      http2(target, target.read.host, [
        { stream: 1, headers: fields('GET', target.read.path, target.read.host), more: 'block' },
        { stream: 1, continuations: CONTINUATIONS },
      ]),
    ],
    {
      heldBy: "Go's HTTP/2 server ends the connection when a block is too large",
      mustFailIn: ['downgrader'],
      through: ({ replies: [reply] }) =>
        reply?.goAway === undefined && ['quiet', 'no answer'].includes(reply?.ended ?? '')
          ? 'the proxy box accepted all of it'
          : undefined,
    },
  ),
  oversized(
    'V06',
    `${RESETS} requests on one HTTP/2 connection, each reset as soon as it was made`,
    (target) => [
      http2(
        target,
        target.read.host,
        Array.from({ length: RESETS }, (_, index) => index).flatMap((index) => [
          stream(2 * index + 1, fields('GET', target.read.path, target.read.host)),
          { stream: 2 * index + 1, reset: CANCEL },
        ]),
        { patience: 800 },
      ),
      ...another(target),
    ],
    {
      heldBy: "Go's HTTP/2 server ends a request with its stream",
      mustFailIn: ['downgrader'],
      through: ({ arrivals, replies: [, other] }) => {
        if (arrivals.length > RESETS * 0.9)
          return `${arrivals.length} requests arrived, most of them after they were reset`;
        const isUnserved = other !== undefined && other.statuses[0] === undefined;
        return isUnserved ? 'another client was not served' : undefined;
      },
    },
  ),
];

const DOWNLOAD = 20 << 20;
/** Requests with 60 KB of header each. */
const HEAVY = 40;

const beyondTheDay = sharing<ProxyAttempt>({
  group: shared.group,
  law: 'CAP-1',
  heldBy: 'limits of bytes in the kernel (nftables)',
  mustFailIn: ['unlimited'],
  through: arrivedAtAll,
  conditions: () => ({ box: 'small quota' }),
});

/** 1 MiB a day may pass in each direction. */
export const QUOTAS: readonly ProxyAttempt[] = [
  beyondTheDay(
    'V07',
    `${HEAVY} requests with 60 KB of header each, where 1 MiB a day may come in`,
    (target) => {
      const headers = [`X-Big: ${'x'.repeat(60_000)}`];
      return Array.from({ length: HEAVY }, () => dialToRead(target, { headers }, { patience: 1_000 }));
    },
    { through: ({ arrivals }) => (arrivals.length === HEAVY ? 'every request arrived' : undefined) },
  ),
  beyondTheDay(
    'V08',
    `${DOWNLOAD >> 20} MiB fetched where 1 MiB a day may go out`,
    (target) => {
      const path = `${target.read.path}?lab=bytes:${DOWNLOAD}`;
      return readOverTls(target, { path }, { patience: 8_000, quiet: 2_000 });
    },
    {
      through: ({ replies: [reply] }) =>
        (reply?.bytes ?? 0) >= DOWNLOAD ? 'all of it came back' : undefined,
    },
  ),
];

/** A frozen proxy box never answers; one that works answers within this. */
const SOON = { patience: 1_500 };

/** Everything that an agent would try when its proxy box is gone. */
const everyWayOut: ProxyAttempt['run'] = (target) => {
  const { otherProxy } = target.roles;
  const steps: Step[] = [
    { probe: { do: 'tcp', to: INTERNET.attacker, port: 443 } },
    { probe: { do: 'udp', to: INTERNET.attacker, port: 53 } },
    { probe: { do: 'dns', to: LINK_LOCAL.resolver, name: 'example.com', types: [1] } },
    ...(otherProxy === undefined ? [] : [{ probe: { do: 'tcp', to: otherProxy.v4, port: 443 } } as const]),
    secure(target, ATTACKER, request('GET', '/', ATTACKER), SOON),
    plain(target, 80, reading(target), SOON),
  ];
  return [{ together: steps }];
};

const TROUBLES = [
  ['stopped', 'is stopped'],
  ['frozen', 'is frozen'],
  ['killed', 'is killed'],
  ['disk full', 'has a full disk'],
  ['aws unreachable', 'restarts and reaches no Parameter Store'],
  ['policy broken', 'gets a broken policy'],
] as const;

/** The proxy box fails, in every way it can: the agent must reach nothing. */
export const FAILING: readonly ProxyAttempt[] = TROUBLES.map(([box, words], index) =>
  sharing<ProxyAttempt>({
    group: 'when the proxy box fails',
    law: 'NET-1',
    heldBy: 'security groups and routes hold without the proxy box',
    mustFailIn: ['open groups'],
    through: ({ probes, arrivals }) =>
      probes.find(({ answered }) => answered)?.saw ?? (arrivals.length > 0 ? 'something arrived' : undefined),
    conditions: () => ({ box }),
  })(`W0${index + 1}`, `the proxy box ${words}`, everyWayOut),
);

/** Without its answer an allowed request is refused, too. */
export const GATELESS: readonly ProxyAttempt[] = (
  [
    ['W07', 'gate killed', 'is killed'],
    ['W08', 'gate frozen', 'does not answer'],
  ] as const
).map(([id, box, words]) =>
  sharing<ProxyAttempt>({
    group: 'when the proxy box fails',
    law: 'LOG-2',
    heldBy: 'iron-proxy asks the gate first, and refuses without its answer',
    mustFailIn: ['silent'],
    through: arrivedAtAll,
    conditions: () => ({ box }),
  })(id, `an allowed request while the gate ${words}`, (target) => readOverTls(target)),
);

/** A request whose secret can't be had is refused, and never sent without it. */
export const UNSET: readonly ProxyAttempt[] = [
  sharing<ProxyAttempt>({
    group: 'secrets that are missing',
    law: 'SEC-2',
    heldBy: 'require: true, the lock on UNSET',
    mustFailIn: ['optional'],
    through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
    conditions: () => ({ box: 'aws unreachable' }),
  })('X01', 'Parameter Store is out of reach when a secret is first needed', (target) =>
    target.read.secrets.length === 0
      ? 'the reading rule carries no secret'
      : readOverTls(target, {}, { patience: 20_000 }),
  ),
];
