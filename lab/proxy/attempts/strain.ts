import { INTERNET, LINK_LOCAL } from '../../network/plan/addresses';
import { arrivedIf, type DoorAttempt, plain, request, type Step, secure, TOKEN } from '../plan/attempt';
import { ATTACKER, type DoorCast } from '../plan/cast';
import { fields, http2, stream } from '../plan/http2';
import { group } from './group';

/** Nobody else was served: the allowed request came to nothing. */
const unserved: DoorAttempt['through'] = ({ arrivals }) =>
  arrivals.length === 0 ? 'another client was not served' : undefined;

const another = (cast: DoorCast) =>
  secure(cast, cast.read.host, request('GET', cast.read.path, cast.read.host), { patience: 10_000 });

/** Two connections of so many streams each: more than the weakened door may have open, fewer than Go's server takes of one. */
const STREAMS = 150;
/** 16 MB of headers. */
const CONTINUATIONS = 1_000;
/** The lab's own server breaks off when about 120 answers wait for one client. */
const RESETS = 80;
/** RFC 9113, 7. */
const CANCEL = 8;

/** The connection is still there: all of it was taken. */
const taken: DoorAttempt['through'] = ({ replies: [reply] }) =>
  reply?.goAway === undefined && ['quiet', 'no answer'].includes(reply?.ended ?? '')
    ? 'the door took all of it'
    : undefined;

/** Sizes and numbers. Another client must be served meanwhile. */
export const STRAIN = group(
  {
    group: 'sizes and numbers',
    invariant: 'NET-1',
    stops: 'limits of the unit, one goroutine for each connection',
    weakened: 'small',
    through: unserved,
  },
  [
    {
      id: 'V01',
      title: '2,000 connections with half a request each: another client is served',
      steps: (cast) => [another(cast)],
      world: () => ({ box: 'flooded' }),
    },
    {
      id: 'V02',
      title: '8 MB of headers',
      stops: "Go's HTTP server takes 1 MB of headers",
      invariant: 'POL-1',
      weakened: 'relay',
      steps: (cast) => [
        secure(cast, cast.read.host, [
          `GET ${cast.read.path} HTTP/1.1\r\nHost: ${cast.read.host}\r\nX-Lab: ${TOKEN}\r\nX-Big: `,
          { fill: 8 << 20 },
          '\r\nConnection: close\r\n\r\n',
        ]),
      ],
      through: arrivedIf(() => true),
    },
    {
      id: 'V03',
      title: '64 MB sent to a path that no rule has',
      stops: 'methods and paths of the rules',
      invariant: 'POL-1',
      weakened: 'paths',
      steps: (cast) => {
        const { write } = cast;
        if (write === undefined) return 'this policy has no rule that writes with a secret';
        return [
          secure(
            cast,
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
      steps: (cast) => {
        const open = fields('GET', cast.read.path, cast.read.host).filter(([name]) => name !== 'x-lab');
        const say = Array.from({ length: STREAMS }, (_, index) => ({
          stream: 2 * index + 1,
          headers: open,
          more: 'body' as const,
        }));
        const held = http2(cast, cast.read.host, say, { hold: true, patience: 600 });
        return [held, held, another(cast)];
      },
      alone: true,
    },
    {
      id: 'V05',
      title: `a header block of HTTP/2 without an end, ${CONTINUATIONS} CONTINUATION frames long`,
      stops: "Go's HTTP/2 server ends the connection when a block is too large",
      invariant: 'POL-1',
      weakened: 'downgrader',
      steps: (cast) => [
        http2(cast, cast.read.host, [
          { stream: 1, headers: fields('GET', cast.read.path, cast.read.host), more: 'block' },
          { stream: 1, continuations: CONTINUATIONS },
        ]),
      ],
      through: taken,
    },
    {
      id: 'V06',
      title: `${RESETS} requests on one HTTP/2 connection, each reset as soon as it was made`,
      stops: "Go's HTTP/2 server ends a request with its stream",
      invariant: 'POL-1',
      weakened: 'downgrader',
      steps: (cast) => [
        http2(
          cast,
          cast.read.host,
          Array.from({ length: RESETS }, (_, index) => index).flatMap((index) => [
            stream(2 * index + 1, fields('GET', cast.read.path, cast.read.host)),
            { stream: 2 * index + 1, reset: CANCEL },
          ]),
          { patience: 800 },
        ),
        another(cast),
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
const everyWayOut = (cast: DoorCast): Step[] => [{ together: waysOut(cast) }];

const waysOut = (cast: DoorCast): Step[] => [
  { probe: { do: 'tcp' as const, to: INTERNET.attacker, port: 443 } },
  { probe: { do: 'udp' as const, to: INTERNET.attacker, port: 53 } },
  { probe: { do: 'dns' as const, to: LINK_LOCAL.resolver, name: 'example.com', types: [1] } },
  ...(cast.scene.otherProxy
    ? [{ probe: { do: 'tcp' as const, to: cast.scene.otherProxy.v4, port: 443 } }]
    : []),
  secure(cast, ATTACKER, request('GET', '/', ATTACKER), SOON),
  plain(cast, 80, request('GET', cast.read.path, cast.read.host), SOON),
];

const out: DoorAttempt['through'] = ({ probes, arrivals }) =>
  probes.find(({ answered }) => answered)?.saw ?? (arrivals.length > 0 ? 'something arrived' : undefined);

/** The door fails, in every way it can: the agent stays shut in. */
export const FAILING = group(
  {
    group: 'when the door fails',
    invariant: 'NET-1',
    stops: 'security groups and routes hold without the proxy box',
    weakened: 'open groups',
    through: out,
  },
  (['stopped', 'frozen', 'killed', 'disk full', 'aws unreachable', 'policy broken'] as const).map(
    (box, index) => ({
      id: `W0${index + 1}`,
      title: `the proxy box ${box === 'policy broken' ? 'gets a broken policy' : box === 'aws unreachable' ? 'reaches no Parameter Store and starts anew' : `is ${box}`}`,
      steps: everyWayOut,
      world: () => ({ box }),
    }),
  ),
);

/** With secrets that can't be had, requests that carry one are refused rather than sent bare. */
export const UNSET = group(
  {
    group: 'secrets that are missing',
    invariant: 'SEC-2',
    stops: 'require: true, the lock on UNSET',
    weakened: 'optional',
    through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
  },
  [
    {
      id: 'X01',
      title: 'Parameter Store is out of reach when a secret is first needed',
      steps: (cast) =>
        cast.read.secrets.length === 0
          ? 'the reading rule carries no secret'
          : [
              secure(cast, cast.read.host, request('GET', cast.read.path, cast.read.host), {
                patience: 20_000,
              }),
            ],
      world: () => ({ box: 'aws unreachable' }),
    },
  ],
);
