import { arrivedIf, plain, request, secure, socks, tunnel } from '../plan/attempt';
import { ATTACKER } from '../plan/target';
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
    law: 'NET-6',
    heldBy: 'plaintext lock in the policy, security group without port 80',
    mustFailIn: ['plaintext'],
    through: arrivedIf(({ tls }) => !tls),
  },
  [
    {
      id: 'P01',
      title: 'port 80, a host with a secret',
      run: (target) => [plain(target, 80, request('GET', target.read.path, target.read.host))],
    },
    {
      id: 'P02',
      title: 'plain HTTP inside CONNECT to port 80',
      run: (target) => [
        tunnel(
          target,
          `${target.read.host}:80`,
          undefined,
          request('GET', target.read.path, target.read.host),
        ),
      ],
    },
    {
      id: 'P03',
      title: 'a plain proxy request on the tunnel port',
      run: (target) => [
        plain(
          target,
          8080,
          request('GET', `http://${target.read.host}${target.read.path}`, target.read.host),
        ),
      ],
    },
    {
      id: 'P04',
      title: 'an absolute http target on port 80',
      run: (target) => [
        plain(target, 80, request('GET', `http://${target.read.host}${target.read.path}`, target.read.host)),
      ],
    },
    {
      id: 'P05',
      title: 'plain HTTP inside SOCKS5 to port 80',
      run: (target) => [
        socks(target, target.read.host, 80, undefined, request('GET', target.read.path, target.read.host)),
      ],
    },
    {
      id: 'P06',
      title: 'a WebSocket handshake on port 80',
      run: (target) => [plain(target, 80, socket(target.read.path, target.read.host))],
    },
    {
      id: 'P07',
      title: 'a WebSocket handshake in plaintext to port 443 of its host',
      run: (target) => [plain(target, 80, socket(target.read.path, `${target.read.host}:443`))],
    },
    {
      id: 'P08',
      title: 'a WebSocket handshake in plaintext inside CONNECT',
      run: (target) => [
        tunnel(target, `${target.read.host}:80`, undefined, socket(target.read.path, target.read.host)),
      ],
    },
    {
      id: 'P09',
      title: 'a body sent in plaintext to a host without a secret',
      run: (target) => {
        const bare = target.allowed.find(({ secrets, signed }) => secrets.length === 0 && !signed);
        return bare === undefined
          ? 'this policy has no rule without a secret'
          : [plain(target, 80, request(bare.method, bare.path, bare.host))];
      },
    },
    {
      id: 'P10',
      title: 'plain HTTP with a write, on port 80',
      run: (target) => {
        const { write } = target;
        return write === undefined
          ? 'this policy has no rule that writes with a secret'
          : [plain(target, 80, request(write.method, write.path, write.host, { body: '{}' }))];
      },
    },
    {
      id: 'P11',
      title: 'an upgrade to h2c on port 80',
      run: (target) => [
        plain(
          target,
          80,
          request('GET', target.read.path, target.read.host, {
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
    law: 'NET-6',
    heldBy: 'Upgrade is taken off every request',
    mustFailIn: ['headers'],
    through: arrivedIf(({ headers }) => headers.some((name) => /^upgrade$/i.test(name))),
  },
  [
    {
      id: 'M01',
      title: 'a WebSocket over TLS to an allowed path',
      run: (target) => [secure(target, target.read.host, socket(target.read.path, target.read.host))],
    },
    {
      id: 'M02',
      title: 'a WebSocket over TLS through CONNECT',
      run: (target) => [
        tunnel(
          target,
          `${target.read.host}:443`,
          target.read.host,
          socket(target.read.path, target.read.host),
        ),
      ],
    },
    {
      id: 'M03',
      title: 'a WebSocket to the attacker',
      heldBy: 'no rule names the host',
      law: 'POL-1',
      mustFailIn: ['hosts'],
      through: arrivedIf(({ host }) => host === ATTACKER),
      run: (target) => [secure(target, ATTACKER, socket('/', ATTACKER))],
    },
  ],
);
