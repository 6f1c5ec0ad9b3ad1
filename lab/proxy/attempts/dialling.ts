import { INTERNET, LINK_LOCAL } from '../../network/plan/addresses';
import { sharing } from '../../proof/proof';
import { dialled, type ProxyAttempt, plain, request, tunnel } from '../plan/attempt';
import type { Target } from '../plan/target';
import { reading, readOverTls } from './reading';

const IMDS = LINK_LOCAL.metadata;
const METADATA = request('GET', '/latest/meta-data/', IMDS);

/** Instance metadata answered: it names itself in every answer, as on AWS. */
const metadataAnswered: ProxyAttempt['through'] = ({ replies }) =>
  replies.some(({ head }) => /^server: EC2ws/im.test(head)) ? 'instance metadata answered' : undefined;
const loopback: ProxyAttempt['through'] = ({ replies }) => {
  const found = replies.find(({ statuses, body }) => statuses.at(-1) === 200 && !body.includes('"lab"'));
  return found && 'a loopback port of the proxy box answered';
};
const pointed = (target: Target, ...addresses: string[]) => ({ point: { [target.read.host]: addresses } });

const shared = {
  group: 'by way of the proxy box',
  law: 'NET-7',
  heldBy: 'no rule names addresses; what resolves to one is refused when it is dialled',
  mustFailIn: ['dial'],
  through: metadataAnswered,
  alone: true,
} as const;
const CONNECT = { heldBy: 'the answerer of CONNECT opens host:443 alone', mustFailIn: ['relay'] } as const;
const byProxy = sharing<ProxyAttempt>(shared);
const byName = sharing<ProxyAttempt>({ ...shared, heldBy: 'denied addresses, plaintext lock' });
/** An allowed name that resolves to a machine of the VPC. */
const resolving = (id: string, title: string, law: string, machine: 'otherAgent' | 'otherProxy' | 'agent') =>
  sharing<ProxyAttempt>({
    ...shared,
    law,
    heldBy: 'denied addresses, security groups',
    mustFailIn: ['open dial'],
    through: dialled(443, ({ roles }) => roles[machine]?.name),
    conditions: (target) => pointed(target, target.roles[machine]?.v4 ?? IMDS),
  })(id, title, (target) =>
    target.roles[machine] === undefined ? 'this template has no other cell' : readOverTls(target),
  );

/** What the proxy box could reach and the agent can't, asked for through it. */
export const DIALLING: readonly ProxyAttempt[] = [
  byProxy('U01', "instance metadata's address as Host on port 80", (target) => [plain(target, 80, METADATA)]),
  byProxy(
    'U02',
    "instance metadata's address through CONNECT",
    (target) => [tunnel(target, `${IMDS}:80`, undefined, METADATA)],
    CONNECT,
  ),
  byProxy('U04', 'an IMDSv2 token through the proxy box', (target) => {
    const headers = ['X-aws-ec2-metadata-token-ttl-seconds: 60'];
    return [plain(target, 80, request('PUT', '/latest/api/token', IMDS, { headers }))];
  }),
  byProxy('U05', 'its address in other spellings: decimal, hexadecimal, octal, IPv6-mapped', (target) =>
    ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]'].map((host) =>
      plain(target, 80, request('GET', '/latest/meta-data/', host)),
    ),
  ),
  byProxy('U06', 'a redirect to instance metadata, followed', (target) => [
    ...readOverTls(target, { path: `${target.read.path}?lab=redirect:http://${IMDS}/latest/meta-data/` }),
    plain(target, 80, METADATA),
  ]),
  byName(
    'U07',
    'an allowed name that resolves to instance metadata',
    (target) => [plain(target, 80, reading(target))],
    { conditions: (target) => pointed(target, IMDS) },
  ),
  byName(
    'U08',
    'an allowed name that resolves to a server first, and then to instance metadata',
    (target) => [
      // The server closes the connection, or the proxy box would send the next request on it.
      plain(target, 80, reading(target, { path: `${target.read.path}?lab=close` })),
      { point: { [target.read.host]: [IMDS] } },
      plain(target, 80, reading(target)),
    ],
    { conditions: (target) => pointed(target, INTERNET.attacker) },
  ),
  resolving('U09', "an allowed name that resolves to the other agent's host", 'NET-4', 'otherAgent'),
  resolving('U10', "an allowed name that resolves to another cell's proxy box", 'NET-4', 'otherProxy'),
  resolving('U11', 'an allowed name that resolves back to the agent host', 'NET-7', 'agent'),
  byProxy(
    'U12',
    "the proxy box's health port through CONNECT to loopback",
    (target) => [tunnel(target, '127.0.0.1:9090', undefined, request('GET', '/healthz', '127.0.0.1:9090'))],
    { ...CONNECT, through: loopback },
  ),
  byProxy(
    'U13',
    "the proxy box's health port by Host localhost",
    (target) => [plain(target, 80, request('GET', '/healthz', 'localhost:9090'))],
    { through: loopback },
  ),
  byName(
    'U15',
    'an allowed name that resolves to loopback',
    (target) => [plain(target, 80, reading(target, { path: '/healthz', host: `${target.read.host}:9090` }))],
    {
      heldBy: 'denied addresses',
      conditions: (target) => pointed(target, '127.0.0.1'),
      through: loopback,
    },
  ),
  byProxy(
    'U16',
    'the health and warden ports of the box, directly',
    ({ own }) => [
      { together: [9090, 9091, 22, 8081].map((port) => ({ probe: { do: 'tcp', to: own, port } })) },
    ],
    {
      law: 'NET-1',
      heldBy: 'security groups; they listen on loopback',
      mustFailIn: ['open groups'],
      through: ({ probes }) => probes.find(({ answered }) => answered)?.saw,
    },
  ),
];
