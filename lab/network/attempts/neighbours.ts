import { PROXY_TCP_PORTS } from '../../../constructs/names';
import { sharing } from '../../proof/proof';
import { hostAddress } from '../plan/addresses';
import type { Roles } from '../plan/roles';
import { against, icmp, type NetworkAttempt, type Probe, tcp, to, udp } from './attempt';

/** Every port below 1024, every 61st above, and those that services like. */
const SAMPLED_PORTS: readonly number[] = [
  ...new Set([
    ...Array.from({ length: 1024 }, (_, index) => index + 1),
    ...Array.from({ length: 1057 }, (_, index) => 1025 + index * 61),
    ...[
      1080, 2375, 3000, 3128, 3306, 5432, 6379, 8000, 8080, 8443, 9000, 9090, 9092, 9200, 10250, 11211, 27017,
      65535,
    ],
  ]),
].filter((port) => port <= 65535);

let nextSourcePort = 0;
function scan(targets: readonly string[], except: readonly [string, number][] = []): Probe[] {
  nextSourcePort = (nextSourcePort + 1) % 1000;
  return [{ do: 'scan', targets, ports: SAMPLED_PORTS, except, sourcePort: 61_000 + nextSourcePort }];
}

/** Every machine of that part but one. */
const others = (part: string, { plan }: Roles, own: Roles['agent']) =>
  plan.stations.filter((each) => each !== own && each.machine?.part === part);

const shared = {
  law: 'NET-4',
  heldBy: 'security groups, network ACLs',
  from: 'agent',
  mustFailIn: ['vpc'],
  locks: ['groups', 'acls'],
} as const;
const scanning = sharing<NetworkAttempt>({ ...shared, group: 'port scans of the VPC' });
const near = sharing<NetworkAttempt>({ ...shared, group: 'agent host to its neighbours' });
const nearTo = (
  id: string,
  title: string,
  ...[role, probes, own]: [...Parameters<typeof to>, Partial<NetworkAttempt>?]
) => near(id, title, to(role, probes), own);
const own = sharing<NetworkAttempt>({
  ...shared,
  group: 'own proxy box, other ports',
  law: 'NET-1',
  heldBy: 'security groups of the agent host and the proxy box',
});
/** The network ACL lets these through. */
const byGroups = { mustFailIn: ['groups'], locks: ['groups'] } as const;

export const NEIGHBOURS: readonly NetworkAttempt[] = [
  scanning(
    'A01',
    'every other agent host, sampled TCP ports',
    (roles) => {
      const targets = others('agent-host', roles, roles.agent);
      return against(targets[0], 'other agent host', () => scan(targets.map(({ v4 }) => v4)));
    },
    { locks: ['groups'] },
  ),
  scanning('A02', 'its own proxy box, sampled TCP ports but the open ones', ({ ownProxy }) =>
    scan(
      [ownProxy.v4],
      PROXY_TCP_PORTS.map((port) => [ownProxy.v4, port]),
    ),
  ),
  scanning(
    'A03',
    'every other proxy box, sampled TCP ports',
    (roles) => {
      const targets = others('proxy-box', roles, roles.ownProxy);
      return against(targets[0], 'other proxy box', () => scan(targets.map(({ v4 }) => v4)));
    },
    { locks: ['groups'] },
  ),
  scanning(
    'A04',
    'Instance Connect Endpoint, sampled TCP ports',
    to('endpoint', (v4) => scan([v4])),
  ),
  scanning(
    'A05',
    'ping sweep of the first addresses of every subnet',
    ({ plan, agent, ownProxy }) =>
      icmp(
        ...plan.subnets
          .flatMap((subnet) => Array.from({ length: 8 }, (_, index) => hostAddress(subnet.v4, index)))
          .filter((address) => address !== agent.v4 && address !== ownProxy.v4),
      ),
    { locks: ['groups'] },
  ),

  nearTo('B01', 'SSH to another agent host', 'otherAgent', (v4) => tcp(v4, 22), byGroups),
  nearTo(
    'B02',
    'HTTP and HTTPS to another agent host',
    'otherAgent',
    (v4) => tcp(v4, 80, 443, 8080),
    byGroups,
  ),
  nearTo('B03', 'UDP to another agent host', 'otherAgent', (v4) => udp(v4, 53, 443, 5353, 40000), byGroups),
  nearTo('B04', 'ping another agent host', 'otherAgent', (v4) => icmp(v4), byGroups),
  nearTo(
    'B05',
    "the open ports of another cell's proxy box, TCP",
    'otherProxy',
    (v4) => tcp(v4, ...PROXY_TCP_PORTS),
    { heldBy: 'security groups (the network ACL lets these ports through)', ...byGroups },
  ),
  nearTo('B06', "the open port of another cell's proxy box, UDP", 'otherProxy', (v4) => udp(v4, 53), {
    heldBy: 'security groups (the network ACL lets this port through)',
    ...byGroups,
  }),
  nearTo('B07', 'SSH to another proxy box', 'otherProxy', (v4) => tcp(v4, 22)),
  nearTo('B08', 'ping another proxy box', 'otherProxy', (v4) => icmp(v4)),
  nearTo('B09', 'Instance Connect Endpoint over TCP and UDP', 'endpoint', (v4) => [
    ...tcp(v4, 22, 443),
    ...udp(v4, 22, 443),
  ]),
  nearTo('B10', 'ping the Instance Connect Endpoint', 'endpoint', (v4) => icmp(v4)),
  nearTo('B11', 'NAT gateway as a next hop, TCP', 'nat', (v4) => [
    { do: 'raw', to: v4, carries: 'tcp', port: 443 },
  ]),

  own('C01', 'SSH to its proxy box', ({ ownProxy }) => tcp(ownProxy.v4, 22)),
  own('C02', 'its health port 9090', ({ ownProxy }) => tcp(ownProxy.v4, 9090)),
  own('C03', 'its second health port 9091', ({ ownProxy }) => tcp(ownProxy.v4, 9091)),
  own('C04', 'port 3000 and other service ports', ({ ownProxy }) =>
    tcp(ownProxy.v4, 3000, 3128, 8443, 8444, 9092, 9093),
  ),
  own('C05', 'high ports, where replies of others come back', ({ ownProxy }) =>
    tcp(ownProxy.v4, 1024, 32768, 50000, 65535),
  ),
  own('C06', 'QUIC: udp 443', ({ ownProxy }) => [{ do: 'udp', to: ownProxy.v4, port: 443, size: 1200 }]),
  own('C07', 'other UDP ports', ({ ownProxy }) => udp(ownProxy.v4, 80, 123, 514, 853, 5353, 8080, 50000)),
  own('C08', 'ping', ({ ownProxy }) => icmp(ownProxy.v4)),
  own('C09', 'ICMP of an unassigned type', ({ ownProxy }) => [{ do: 'raw', to: ownProxy.v4, protocol: 1 }]),
  own('C10', 'GRE, ESP, SCTP and an unassigned protocol', ({ ownProxy }) =>
    [47, 50, 132, 253].map((protocol) => ({ do: 'raw', to: ownProxy.v4, protocol })),
  ),
  own('C11', 'the open TCP ports over UDP', ({ ownProxy }) => udp(ownProxy.v4, 80, 443, 8080)),
];
