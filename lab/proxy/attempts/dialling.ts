import { INTERNET, LINK_LOCAL } from '../../network/plan/addresses';
import { type DoorAttempt, dialled, plain, request, secure, socks, tunnel } from '../plan/attempt';
import type { DoorCast } from '../plan/cast';
import { group } from './group';

const IMDS = LINK_LOCAL.metadata;
/** Instance metadata answered: it names itself in every answer, as on AWS. */
const metadataAnswered: DoorAttempt['through'] = ({ replies }) =>
  replies.some(({ head }) => /^server: EC2ws/im.test(head)) ? 'instance metadata answered' : undefined;
const loopback: DoorAttempt['through'] = ({ replies }) => {
  const found = replies.find(({ statuses, body }) => statuses.at(-1) === 200 && !body.includes('"lab"'));
  return found && "a loopback port of the proxy box's answered";
};
const pointed = (cast: DoorCast, ...addresses: string[]) => ({ point: { [cast.read.host]: addresses } });

/** What the proxy box could reach and the agent can't, asked for through it. */
export const DIALLING = group(
  {
    group: 'by way of the proxy box',
    invariant: 'NET-7',
    stops: 'no rule names addresses; what resolves to one is refused when it is dialled',
    weakened: 'dial',
    through: metadataAnswered,
    alone: true,
  },
  [
    {
      id: 'U01',
      title: "instance metadata's address as Host on port 80",
      steps: (cast) => [plain(cast, 80, request('GET', '/latest/meta-data/', IMDS))],
    },
    {
      id: 'U02',
      title: "instance metadata's address through CONNECT",
      steps: (cast) => [tunnel(cast, `${IMDS}:80`, undefined, request('GET', '/latest/meta-data/', IMDS))],
    },
    {
      id: 'U03',
      title: "instance metadata's address through SOCKS5",
      steps: (cast) => [socks(cast, IMDS, 80, undefined, request('GET', '/latest/meta-data/', IMDS))],
    },
    {
      id: 'U04',
      title: 'an IMDSv2 token through the proxy box',
      steps: (cast) => [
        plain(
          cast,
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
      steps: (cast) =>
        ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]'].map((host) =>
          plain(cast, 80, request('GET', '/latest/meta-data/', host)),
        ),
    },
    {
      id: 'U06',
      title: 'a redirect to instance metadata, followed',
      steps: (cast) => [
        secure(
          cast,
          cast.read.host,
          request('GET', `${cast.read.path}?lab=redirect:http://${IMDS}/latest/meta-data/`, cast.read.host),
        ),
        plain(cast, 80, request('GET', '/latest/meta-data/', IMDS)),
      ],
    },
    {
      id: 'U07',
      title: 'an allowed name that resolves to instance metadata',
      stops: 'denied addresses, plaintext lock',
      steps: (cast) => [plain(cast, 80, request('GET', cast.read.path, cast.read.host))],
      world: (cast) => pointed(cast, IMDS),
    },
    {
      id: 'U08',
      title: 'an allowed name that leads to a server first, and to instance metadata then',
      stops: 'denied addresses, plaintext lock',
      steps: (cast) => [
        // The server ends the connection, or the next request would go out on it.
        plain(cast, 80, request('GET', `${cast.read.path}?lab=close`, cast.read.host)),
        { point: { [cast.read.host]: [IMDS] } },
        plain(cast, 80, request('GET', cast.read.path, cast.read.host)),
      ],
      world: (cast) => pointed(cast, INTERNET.attacker),
    },
    {
      id: 'U09',
      title: "an allowed name that resolves to the other agent's host",
      invariant: 'NET-4',
      stops: 'denied addresses, security groups',
      weakened: 'open dial',
      steps: (cast) =>
        cast.scene.otherAgent === undefined
          ? 'this template has no other cell'
          : [secure(cast, cast.read.host, request('GET', cast.read.path, cast.read.host))],
      world: (cast) => pointed(cast, cast.scene.otherAgent?.v4 ?? IMDS),
      through: dialled(443, ({ scene }) => scene.otherAgent?.name),
    },
    {
      id: 'U10',
      title: "an allowed name that resolves to another cell's proxy box",
      invariant: 'NET-4',
      stops: 'denied addresses, security groups',
      weakened: 'open dial',
      steps: (cast) =>
        cast.scene.otherProxy === undefined
          ? 'this template has no other cell'
          : [secure(cast, cast.read.host, request('GET', cast.read.path, cast.read.host))],
      world: (cast) => pointed(cast, cast.scene.otherProxy?.v4 ?? IMDS),
      through: dialled(443, ({ scene }) => scene.otherProxy?.name),
    },
    {
      id: 'U11',
      title: 'an allowed name that resolves back to the agent host',
      stops: 'denied addresses, security groups',
      weakened: 'open dial',
      steps: (cast) => [secure(cast, cast.read.host, request('GET', cast.read.path, cast.read.host))],
      world: (cast) => pointed(cast, cast.scene.agent.v4),
      through: dialled(443, ({ scene }) => scene.agent.name),
    },
    {
      id: 'U12',
      title: "the proxy box's health port through CONNECT to loopback",
      steps: (cast) => [
        tunnel(cast, '127.0.0.1:9090', undefined, request('GET', '/healthz', '127.0.0.1:9090')),
      ],
      through: loopback,
    },
    {
      id: 'U13',
      title: "the proxy box's health port by Host localhost",
      steps: (cast) => [plain(cast, 80, request('GET', '/healthz', 'localhost:9090'))],
      through: loopback,
    },
    {
      id: 'U14',
      title: "the proxy box's management port by its own address",
      steps: (cast) => [plain(cast, 80, request('POST', '/v1/reload', '127.0.0.1:9092'))],
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
      stops: 'denied addresses',
      steps: (cast) => [plain(cast, 80, request('GET', '/healthz', `${cast.read.host}:9090`))],
      world: (cast) => pointed(cast, '127.0.0.1'),
      through: loopback,
    },
    {
      id: 'U16',
      title: 'the health, management and warden ports of the box, directly',
      invariant: 'NET-1',
      stops: 'security groups; they listen on loopback',
      weakened: 'open groups',
      steps: ({ own }) => [
        { together: [9090, 9092, 22, 8081].map((port) => ({ probe: { do: 'tcp', to: own, port } })) },
      ],
      through: ({ probes }) => probes.find(({ answered }) => answered)?.saw,
    },
  ],
);
