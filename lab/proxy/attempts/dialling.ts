import { INTERNET, LINK_LOCAL } from '../../network/plan/addresses';
import { dialled, type ProxyAttempt, plain, request, secure, socks, tunnel } from '../plan/attempt';
import type { Target } from '../plan/target';
import { group } from './group';

const IMDS = LINK_LOCAL.metadata;
/** Instance metadata answered: it names itself in every answer, as on AWS. */
const metadataAnswered: ProxyAttempt['through'] = ({ replies }) =>
  replies.some(({ head }) => /^server: EC2ws/im.test(head)) ? 'instance metadata answered' : undefined;
const loopback: ProxyAttempt['through'] = ({ replies }) => {
  const found = replies.find(({ statuses, body }) => statuses.at(-1) === 200 && !body.includes('"lab"'));
  return found && "a loopback port of the proxy box's answered";
};
const pointed = (target: Target, ...addresses: string[]) => ({ point: { [target.read.host]: addresses } });

/** What the proxy box could reach and the agent can't, asked for through it. */
export const DIALLING = group(
  {
    group: 'by way of the proxy box',
    law: 'NET-7',
    heldBy: 'no rule names addresses; what resolves to one is refused when it is dialled',
    mustFailIn: ['dial'],
    through: metadataAnswered,
    alone: true,
  },
  [
    {
      id: 'U01',
      title: "instance metadata's address as Host on port 80",
      run: (target) => [plain(target, 80, request('GET', '/latest/meta-data/', IMDS))],
    },
    {
      id: 'U02',
      title: "instance metadata's address through CONNECT",
      run: (target) => [tunnel(target, `${IMDS}:80`, undefined, request('GET', '/latest/meta-data/', IMDS))],
    },
    {
      id: 'U03',
      title: "instance metadata's address through SOCKS5",
      run: (target) => [socks(target, IMDS, 80, undefined, request('GET', '/latest/meta-data/', IMDS))],
    },
    {
      id: 'U04',
      title: 'an IMDSv2 token through the proxy box',
      run: (target) => [
        plain(
          target,
          80,
          request('PUT', '/latest/api/token', IMDS, {
            headers: ['X-aws-ec2-metadata-token-ttl-seconds: 60'],
          }),
        ),
      ],
    },
    {
      id: 'U05',
      title: 'its address in other spellings: decimal, hexadecimal, octal, IPv6-mapped',
      run: (target) =>
        ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]'].map((host) =>
          plain(target, 80, request('GET', '/latest/meta-data/', host)),
        ),
    },
    {
      id: 'U06',
      title: 'a redirect to instance metadata, followed',
      run: (target) => [
        secure(
          target,
          target.read.host,
          request(
            'GET',
            `${target.read.path}?lab=redirect:http://${IMDS}/latest/meta-data/`,
            target.read.host,
          ),
        ),
        plain(target, 80, request('GET', '/latest/meta-data/', IMDS)),
      ],
    },
    {
      id: 'U07',
      title: 'an allowed name that resolves to instance metadata',
      heldBy: 'denied addresses, plaintext lock',
      run: (target) => [plain(target, 80, request('GET', target.read.path, target.read.host))],
      conditions: (target) => pointed(target, IMDS),
    },
    {
      id: 'U08',
      title: 'an allowed name that leads to a server first, and to instance metadata then',
      heldBy: 'denied addresses, plaintext lock',
      run: (target) => [
        // The server ends the connection, or the next request would go out on it.
        plain(target, 80, request('GET', `${target.read.path}?lab=close`, target.read.host)),
        { point: { [target.read.host]: [IMDS] } },
        plain(target, 80, request('GET', target.read.path, target.read.host)),
      ],
      conditions: (target) => pointed(target, INTERNET.attacker),
    },
    {
      id: 'U09',
      title: "an allowed name that resolves to the other agent's host",
      law: 'NET-4',
      heldBy: 'denied addresses, security groups',
      mustFailIn: ['open dial'],
      run: (target) =>
        target.roles.otherAgent === undefined
          ? 'this template has no other cell'
          : [secure(target, target.read.host, request('GET', target.read.path, target.read.host))],
      conditions: (target) => pointed(target, target.roles.otherAgent?.v4 ?? IMDS),
      through: dialled(443, ({ roles }) => roles.otherAgent?.name),
    },
    {
      id: 'U10',
      title: "an allowed name that resolves to another cell's proxy box",
      law: 'NET-4',
      heldBy: 'denied addresses, security groups',
      mustFailIn: ['open dial'],
      run: (target) =>
        target.roles.otherProxy === undefined
          ? 'this template has no other cell'
          : [secure(target, target.read.host, request('GET', target.read.path, target.read.host))],
      conditions: (target) => pointed(target, target.roles.otherProxy?.v4 ?? IMDS),
      through: dialled(443, ({ roles }) => roles.otherProxy?.name),
    },
    {
      id: 'U11',
      title: 'an allowed name that resolves back to the agent host',
      heldBy: 'denied addresses, security groups',
      mustFailIn: ['open dial'],
      run: (target) => [secure(target, target.read.host, request('GET', target.read.path, target.read.host))],
      conditions: (target) => pointed(target, target.roles.agent.v4),
      through: dialled(443, ({ roles }) => roles.agent.name),
    },
    {
      id: 'U12',
      title: "the proxy box's health port through CONNECT to loopback",
      run: (target) => [
        tunnel(target, '127.0.0.1:9090', undefined, request('GET', '/healthz', '127.0.0.1:9090')),
      ],
      through: loopback,
    },
    {
      id: 'U13',
      title: "the proxy box's health port by Host localhost",
      run: (target) => [plain(target, 80, request('GET', '/healthz', 'localhost:9090'))],
      through: loopback,
    },
    {
      id: 'U14',
      title: "the proxy box's management port by its own address",
      run: (target) => [plain(target, 80, request('POST', '/v1/reload', '127.0.0.1:9092'))],
      through: ({ replies }) =>
        replies.some(
          ({ statuses, body }) => [200, 401].includes(statuses.at(-1) ?? 0) && !body.includes('"lab"'),
        )
          ? 'the management port answered'
          : undefined,
    },
    {
      id: 'U15',
      title: 'an allowed name that resolves to loopback',
      heldBy: 'denied addresses',
      run: (target) => [plain(target, 80, request('GET', '/healthz', `${target.read.host}:9090`))],
      conditions: (target) => pointed(target, '127.0.0.1'),
      through: loopback,
    },
    {
      id: 'U16',
      title: 'the health, management and warden ports of the box, directly',
      law: 'NET-1',
      heldBy: 'security groups; they listen on loopback',
      mustFailIn: ['open groups'],
      run: ({ own }) => [
        { together: [9090, 9092, 22, 8081].map((port) => ({ probe: { do: 'tcp', to: own, port } })) },
      ],
      through: ({ probes }) => probes.find(({ answered }) => answered)?.saw,
    },
  ],
);
