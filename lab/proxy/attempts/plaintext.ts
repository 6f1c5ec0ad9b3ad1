import { arrivedIf, plain, request, secure, socks, tunnel } from '../plan/attempt';
import { ATTACKER } from '../plan/cast';
import { group } from './group';

const HANDSHAKE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: bGFiIGxhYiBsYWIgbGFiIQ==',
  'Sec-WebSocket-Version: 13',
];
const socket = (target: string, host: string) =>
  request('GET', target, host, { headers: HANDSHAKE, keepAlive: true });

/** The agent asks without TLS, where a rule and its secret would match all the same. */
export const PLAINTEXT = group(
  {
    group: 'plaintext',
    invariant: 'NET-6',
    stops: 'plaintext lock in the policy, security group without port 80',
    weakened: 'plaintext',
    through: arrivedIf(({ tls }) => !tls),
  },
  [
    {
      id: 'P01',
      title: 'port 80, a host with a secret',
      steps: (cast) => [plain(cast, 80, request('GET', cast.read.path, cast.read.host))],
    },
    {
      id: 'P02',
      title: 'plain HTTP inside CONNECT to port 80',
      steps: (cast) => [
        tunnel(cast, `${cast.read.host}:80`, undefined, request('GET', cast.read.path, cast.read.host)),
      ],
    },
    {
      id: 'P03',
      title: 'a plain proxy request on the tunnel port',
      steps: (cast) => [
        plain(cast, 8080, request('GET', `http://${cast.read.host}${cast.read.path}`, cast.read.host)),
      ],
    },
    {
      id: 'P04',
      title: 'an absolute http target on port 80',
      steps: (cast) => [
        plain(cast, 80, request('GET', `http://${cast.read.host}${cast.read.path}`, cast.read.host)),
      ],
    },
    {
      id: 'P05',
      title: 'plain HTTP inside SOCKS5 to port 80',
      steps: (cast) => [
        socks(cast, cast.read.host, 80, undefined, request('GET', cast.read.path, cast.read.host)),
      ],
    },
    {
      id: 'P06',
      title: 'a WebSocket handshake on port 80',
      steps: (cast) => [plain(cast, 80, socket(cast.read.path, cast.read.host))],
    },
    {
      id: 'P07',
      title: 'a WebSocket handshake in plaintext to port 443 of its host',
      steps: (cast) => [plain(cast, 80, socket(cast.read.path, `${cast.read.host}:443`))],
    },
    {
      id: 'P08',
      title: 'a WebSocket handshake in plaintext inside CONNECT',
      steps: (cast) => [
        tunnel(cast, `${cast.read.host}:80`, undefined, socket(cast.read.path, cast.read.host)),
      ],
    },
    {
      id: 'P09',
      title: 'a body sent in plaintext to a host without a secret',
      steps: (cast) => {
        const bare = cast.allowed.find(({ secrets, signed }) => secrets.length === 0 && !signed);
        return bare === undefined
          ? 'this policy has no rule without a secret'
          : [plain(cast, 80, request(bare.method, bare.path, bare.host))];
      },
    },
    {
      id: 'P10',
      title: 'plain HTTP with a write, on port 80',
      steps: ({ write, ...cast }) =>
        write === undefined
          ? 'this policy has no rule that writes with a secret'
          : [plain({ ...cast, write }, 80, request(write.method, write.path, write.host, { body: '{}' }))],
    },
    {
      id: 'P11',
      title: 'an upgrade to h2c on port 80',
      steps: (cast) => [
        plain(
          cast,
          80,
          request('GET', cast.read.path, cast.read.host, {
            headers: [
              'Upgrade: h2c',
              'Connection: Upgrade, HTTP2-Settings',
              'HTTP2-Settings: AAMAAABkAAQAAP__',
            ],
            keepAlive: true,
          }),
        ),
      ],
    },
  ],
);

/** Words that neither side reads as the other does. */
export const UPGRADES = group(
  {
    group: 'upgrades',
    invariant: 'NET-6',
    stops: 'Upgrade is taken off every request',
    weakened: 'headers',
    through: arrivedIf(({ headers }) => headers.some((name) => /^upgrade$/i.test(name))),
  },
  [
    {
      id: 'M01',
      title: 'a WebSocket over TLS to an allowed path',
      steps: (cast) => [secure(cast, cast.read.host, socket(cast.read.path, cast.read.host))],
    },
    {
      id: 'M02',
      title: 'a WebSocket over TLS through CONNECT',
      steps: (cast) => [
        tunnel(cast, `${cast.read.host}:443`, cast.read.host, socket(cast.read.path, cast.read.host)),
      ],
    },
    {
      id: 'M03',
      title: 'a WebSocket to the attacker',
      stops: 'no rule names the host',
      invariant: 'POL-1',
      weakened: 'hosts',
      through: arrivedIf(({ host }) => host === ATTACKER),
      steps: (cast) => [secure(cast, ATTACKER, socket('/', ATTACKER))],
    },
  ],
);
