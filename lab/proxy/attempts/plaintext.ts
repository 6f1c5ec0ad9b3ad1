import { sharing } from '../../proof/proof';
import { arrivedIf, type ProxyAttempt, plain, request, secure, tunnel } from '../plan/attempt';
import { ATTACKER, type Target } from '../plan/target';
import { bareOf, NO_BARE, reading, withWrite } from './reading';

const HANDSHAKE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: bGFiIGxhYiBsYWIgbGFiIQ==',
  'Sec-WebSocket-Version: 13',
];
const socket = (target: Target, host = target.read.host, path = target.read.path) =>
  reading(target, { host, path, headers: HANDSHAKE, keepAlive: true });
const absolute = (target: Target) =>
  reading(target, { path: `http://${target.read.host}${target.read.path}` });

const inPlaintext = sharing<ProxyAttempt>({
  group: 'plaintext',
  law: 'NET-6',
  heldBy: 'the front refuses all on port 80; plaintext lock in the policy, security group without port 80',
  mustFailIn: ['plaintext'],
  through: arrivedIf(({ tls }) => !tls),
});

const inConnect = sharing<ProxyAttempt>({
  group: 'plaintext',
  law: 'NET-6',
  heldBy: 'the answerer of CONNECT opens host:443 alone',
  mustFailIn: ['open relay'],
  through: arrivedIf(({ tls }) => !tls),
});

/** The agent asks without TLS, where a rule and its secret match all the same. */
export const PLAINTEXT: readonly ProxyAttempt[] = [
  inPlaintext('P01', 'port 80, a host with a secret', (target) => [plain(target, 80, reading(target))]),
  inConnect('P02', 'plain HTTP inside CONNECT to port 80', (target) => [
    tunnel(target, `${target.read.host}:80`, undefined, reading(target)),
  ]),
  inConnect('P03', 'a plain proxy request on the CONNECT port', (target) => [
    plain(target, 8080, absolute(target)),
  ]),
  inPlaintext('P04', 'an absolute http target on port 80', (target) => [plain(target, 80, absolute(target))]),
  inPlaintext('P06', 'a WebSocket handshake on port 80', (target) => [plain(target, 80, socket(target))]),
  inPlaintext('P07', 'a WebSocket handshake in plaintext to port 443 of its host', (target) => [
    plain(target, 80, socket(target, `${target.read.host}:443`)),
  ]),
  inConnect('P08', 'a WebSocket handshake in plaintext inside CONNECT', (target) => [
    tunnel(target, `${target.read.host}:80`, undefined, socket(target)),
  ]),
  inPlaintext('P09', 'a body sent in plaintext to a host without a secret', (target) => {
    const bare = bareOf(target);
    return bare === undefined ? NO_BARE : [plain(target, 80, request(bare.method, bare.path, bare.host))];
  }),
  inPlaintext(
    'P10',
    'plain HTTP with a write, on port 80',
    withWrite((target, { method, path, host }) => [
      plain(target, 80, request(method, path, host, { body: '{}' })),
    ]),
  ),
  inPlaintext('P11', 'an upgrade to h2c on port 80', (target) => {
    const headers = [
      'Upgrade: h2c',
      'Connection: Upgrade, HTTP2-Settings',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ];
    return [plain(target, 80, reading(target, { headers, keepAlive: true }))];
  }),
];

const upgrading = sharing<ProxyAttempt>({
  group: 'upgrades',
  law: 'NET-6',
  heldBy: 'Upgrade is removed from every request',
  mustFailIn: ['headers'],
  through: arrivedIf(({ headers }) => headers.some((name) => /^upgrade$/i.test(name))),
});

/** WebSockets over TLS. */
export const UPGRADES: readonly ProxyAttempt[] = [
  upgrading('M01', 'a WebSocket over TLS to an allowed path', (target) => [
    secure(target, target.read.host, socket(target)),
  ]),
  upgrading('M02', 'a WebSocket over TLS through CONNECT', (target) => [
    tunnel(target, `${target.read.host}:443`, target.read.host, socket(target)),
  ]),
  upgrading(
    'M03',
    'a WebSocket to the attacker',
    (target) => [secure(target, ATTACKER, socket(target, ATTACKER, '/'))],
    {
      heldBy: 'no rule names the host',
      law: 'POL-1',
      mustFailIn: ['hosts'],
      through: arrivedIf(({ host }) => host === ATTACKER),
    },
  ),
];
