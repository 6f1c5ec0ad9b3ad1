import { INTERNET, LINK_LOCAL } from '../../network/plan/addresses';
import { arrivedIf, type ProxyAttempt, plain, request, type Step, secure, TOKEN } from '../plan/attempt';
import { fields, http2, stream } from '../plan/http2';
import { ATTACKER, type Target } from '../plan/target';
import { group } from './group';

/** Nobody else was served: the allowed request came to nothing. */
const unserved: ProxyAttempt['through'] = ({ arrivals }) =>
  arrivals.length === 0 ? 'another client was not served' : undefined;

const another = (target: Target) =>
  secure(target, target.read.host, request('GET', target.read.path, target.read.host), { patience: 10_000 });

/** Two connections of so many streams each: more than the weakened door may have open, fewer than Go's server takes of one. */
const STREAMS = 150;
/** 16 MB of headers. */
const CONTINUATIONS = 1_000;
/** The lab's own server breaks off when about 120 answers wait for one client. */
const RESETS = 80;
/** RFC 9113, 7. */
const CANCEL = 8;

/** The connection is still there: all of it was taken. */
const taken: ProxyAttempt['through'] = ({ replies: [reply] }) =>
  reply?.goAway === undefined && ['quiet', 'no answer'].includes(reply?.ended ?? '')
    ? 'the door took all of it'
    : undefined;

/** Sizes and numbers. Another client must be served meanwhile. */
export const STRAIN = group(
  {
    group: 'sizes and numbers',
    law: 'NET-1',
    heldBy: 'limits of the unit, one goroutine for each connection',
    mustFailIn: ['small'],
    through: unserved,
  },
  [
    {
      id: 'V01',
      title: '2,000 connections with half a request each: another client is served',
      run: (target) => [another(target)],
      conditions: () => ({ box: 'flooded' }),
    },
    {
      id: 'V02',
      title: '8 MB of headers',
      heldBy: "Go's HTTP server takes 1 MB of headers",
      law: 'POL-1',
      mustFailIn: ['relay'],
      run: (target) => [
        secure(target, target.read.host, [
          `GET ${target.read.path} HTTP/1.1\r\nHost: ${target.read.host}\r\nX-Lab: ${TOKEN}\r\nX-Big: `,
          { fill: 8 << 20 },
          '\r\nConnection: close\r\n\r\n',
        ]),
      ],
      through: arrivedIf(() => true),
    },
    {
      id: 'V03',
      title: '64 MB sent to a path that no rule has',
      heldBy: 'methods and paths of the rules',
      law: 'POL-1',
      mustFailIn: ['paths'],
      run: (target) => {
        const { write } = target;
        if (write === undefined) return 'this policy has no rule that writes with a secret';
        return [
          secure(
            target,
            write.host,
            [
              `${write.method} /other/${TOKEN} HTTP/1.1\r\nHost: ${write.host}\r\nX-Lab: ${TOKEN}\r\nContent-Length: ${64 << 20}\r\nConnection: close\r\n\r\n`,
              { fill: 64 << 20 },
            ],
            { patience: 15_000 },
          ),
        ];
      },
      through: arrivedIf(() => true),
    },
    {
      id: 'V04',
      title: `${2 * STREAMS} requests without an end on two HTTP/2 connections: another client is served`,
      run: (target) => {
        const open = fields('GET', target.read.path, target.read.host).filter(([name]) => name !== 'x-lab');
        const say = Array.from({ length: STREAMS }, (_, index) => ({
          stream: 2 * index + 1,
          headers: open,
          more: 'body' as const,
        }));
        const held = http2(target, target.read.host, say, { hold: true, patience: 600 });
        return [held, held, another(target)];
      },
      alone: true,
    },
    {
      id: 'V05',
      title: `a header block of HTTP/2 without an end, ${CONTINUATIONS} CONTINUATION frames long`,
      heldBy: "Go's HTTP/2 server ends the connection when a block is too large",
      law: 'POL-1',
      mustFailIn: ['downgrader'],
      run: (target) => [
        http2(target, target.read.host, [
          { stream: 1, headers: fields('GET', target.read.path, target.read.host), more: 'block' },
          { stream: 1, continuations: CONTINUATIONS },
        ]),
      ],
      through: taken,
    },
    {
      id: 'V06',
      title: `${RESETS} requests on one HTTP/2 connection, each reset as soon as it was made`,
      heldBy: "Go's HTTP/2 server ends a request with its stream",
      law: 'POL-1',
      mustFailIn: ['downgrader'],
      run: (target) => [
        http2(
          target,
          target.read.host,
          Array.from({ length: RESETS }, (_, index) => index).flatMap((index) => [
            stream(2 * index + 1, fields('GET', target.read.path, target.read.host)),
            { stream: 2 * index + 1, reset: CANCEL },
          ]),
          { patience: 800 },
        ),
        another(target),
      ],
      through: ({ arrivals, replies: [, other] }) =>
        arrivals.length > RESETS * 0.9
          ? `${arrivals.length} requests arrived, most of them after they were taken back`
          : other?.statuses[0] === undefined && other !== undefined
            ? 'another client was not served'
            : undefined,
    },
  ],
);

/** A frozen door answers never: enough for one that works. */
const SOON = { patience: 1_500 };

/** Everything an agent would try when its door is gone. */
const everyWayOut = (target: Target): Step[] => [{ together: waysOut(target) }];

const waysOut = (target: Target): Step[] => [
  { probe: { do: 'tcp' as const, to: INTERNET.attacker, port: 443 } },
  { probe: { do: 'udp' as const, to: INTERNET.attacker, port: 53 } },
  { probe: { do: 'dns' as const, to: LINK_LOCAL.resolver, name: 'example.com', types: [1] } },
  ...(target.roles.otherProxy
    ? [{ probe: { do: 'tcp' as const, to: target.roles.otherProxy.v4, port: 443 } }]
    : []),
  secure(target, ATTACKER, request('GET', '/', ATTACKER), SOON),
  plain(target, 80, request('GET', target.read.path, target.read.host), SOON),
];

const out: ProxyAttempt['through'] = ({ probes, arrivals }) =>
  probes.find(({ answered }) => answered)?.saw ?? (arrivals.length > 0 ? 'something arrived' : undefined);

/** The door fails, in every way it can: the agent stays shut in. */
export const FAILING = group(
  {
    group: 'when the door fails',
    law: 'NET-1',
    heldBy: 'security groups and routes hold without the proxy box',
    mustFailIn: ['open groups'],
    through: out,
  },
  (['stopped', 'frozen', 'killed', 'disk full', 'aws unreachable', 'policy broken'] as const).map(
    (box, index) => ({
      id: `W0${index + 1}`,
      title: `the proxy box ${box === 'policy broken' ? 'gets a broken policy' : box === 'aws unreachable' ? 'reaches no Parameter Store and starts anew' : `is ${box}`}`,
      run: everyWayOut,
      conditions: () => ({ box }),
    }),
  ),
);

/** With secrets that can't be had, requests that carry one are refused rather than sent bare. */
export const UNSET = group(
  {
    group: 'secrets that are missing',
    law: 'SEC-2',
    heldBy: 'require: true, the lock on UNSET',
    mustFailIn: ['optional'],
    through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
  },
  [
    {
      id: 'X01',
      title: 'Parameter Store is out of reach when a secret is first needed',
      run: (target) =>
        target.read.secrets.length === 0
          ? 'the reading rule carries no secret'
          : [
              secure(target, target.read.host, request('GET', target.read.path, target.read.host), {
                patience: 20_000,
              }),
            ],
      conditions: () => ({ box: 'aws unreachable' }),
    },
  ],
);
