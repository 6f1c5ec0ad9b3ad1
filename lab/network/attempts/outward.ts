import { sharing } from '../../proof/proof';
import { INTERNET } from '../plan/addresses';
import { against, icmp, type NetworkAttempt, type Probe, tcp, udp } from './attempt';

const shared = {
  group: 'agent host to the internet',
  law: 'NET-2',
  heldBy: 'security groups, network ACL, no route, no public address',
  from: 'agent',
  mustFailIn: ['internet'],
  locks: ['groups', 'acls', 'routes'],
} as const;
const outward = sharing<NetworkAttempt>(shared);
const packets = sharing<NetworkAttempt>({ ...shared, group: 'packets made by hand' });
const toProxy = sharing<NetworkAttempt>({
  ...shared,
  group: 'packets made by hand',
  law: 'NET-1',
  heldBy: 'security groups',
  mustFailIn: ['vpc'],
  locks: ['groups', 'acls'],
});

const { attacker, others, otherResolver } = INTERNET;
const raw = (more: object): Probe => ({ do: 'raw', to: attacker, ...more });

/** Ports of mail, databases and remote desktops. */
const SERVICES = [
  21, 23, 25, 110, 143, 389, 445, 465, 587, 993, 1080, 1433, 3128, 3306, 3389, 5222, 5432, 6379, 6667, 9001,
];

export const OUTWARD: readonly NetworkAttempt[] = [
  outward('D01', 'HTTPS to a raw address', () => tcp(attacker, 443)),
  outward('D02', 'HTTP to a raw address', () => tcp(attacker, 80)),
  outward('D03', 'SSH outward', () => tcp(attacker, 22)),
  outward('D04', 'raw addresses in every block', () => others.flatMap((to) => tcp(to, 443, 8443))),
  outward('D05', 'mail, databases, remote desktops: 20 TCP ports', () => tcp(attacker, ...SERVICES)),
  outward('D06', 'QUIC: udp 443', () => [{ do: 'udp', to: attacker, port: 443, size: 1200 }]),
  outward('D07', 'VPN ports: WireGuard, IPsec, OpenVPN', () => udp(attacker, 51820, 500, 4500, 1194)),
  outward('D08', 'UDP to high ports', () => udp(attacker, 3478, 33434, 60001)),
  outward('D09', 'another resolver, udp 53', () => udp(otherResolver, 53)),
  outward('D10', 'another resolver, tcp 53', () => tcp(otherResolver, 53)),
  outward('D11', 'another resolver, DNS over TLS', () => tcp(otherResolver, 853)),
  outward('D12', 'another resolver, DNS over HTTPS and over QUIC', () => [
    ...tcp(otherResolver, 443),
    ...udp(otherResolver, 443, 853),
  ]),
  outward('D13', 'the resolvers its proxy box may ask, past the proxy box', ({ plan }) =>
    against(plan.namedResolvers[0], 'named resolver', () =>
      plan.namedResolvers.flatMap((to) => [...tcp(to, 53), ...udp(to, 53)]),
    ),
  ),
  outward('D14', 'time servers outside', () => udp(attacker, 123)),
  outward('D15', 'ping', () => icmp(attacker)),
  outward('D16', 'data inside ICMP of every kind', () =>
    [0, 13, 17].map((type) => ({ do: 'icmp', to: attacker, type })),
  ),
  outward('D17', "its own proxy box's public address", ({ ownProxy }) =>
    tcp(ownProxy.publicIfAny, 443, 8080),
  ),
  outward('D18', 'from a container behind it', () => [...tcp(attacker, 443), ...udp(attacker, 53)], {
    from: 'guest',
  }),
];

export const PACKETS: readonly NetworkAttempt[] = [
  packets('E01', 'GRE', () => [raw({ protocol: 47 })]),
  packets('E02', 'IP in IP', () => [raw({ protocol: 4 })]),
  packets('E03', 'IPv6 in IPv4', () => [raw({ protocol: 41 })]),
  packets('E04', 'ESP and AH', () => [raw({ protocol: 50 }), raw({ protocol: 51 })]),
  packets('E05', 'SCTP, DCCP, UDP-Lite', () => [132, 33, 136].map((protocol) => raw({ protocol }))),
  packets('E06', 'unassigned and reserved protocol numbers', () =>
    [145, 200, 253, 254, 255].map((protocol) => raw({ protocol })),
  ),
  packets('E07', 'a large datagram in fragments', () => [{ do: 'udp', to: attacker, port: 443, size: 4000 }]),
  packets('E08', 'fragments in reverse order', () => [
    raw({ carries: 'udp', port: 443, size: 200, cuts: [64, 128], reversed: true }),
  ]),
  packets('E09', 'loose source route', () => [raw({ carries: 'udp', port: 443, option: 'source route' })]),
  packets('E10', 'IP options: record route and timestamp', () => [
    raw({ carries: 'udp', port: 443, option: 'record' }),
  ]),
  packets('E11', 'frame with an 802.1Q priority tag', () => [raw({ carries: 'udp', port: 443, tags: [0] })]),
  packets('E12', 'frame with two 802.1Q tags', () => [raw({ carries: 'udp', port: 443, tags: [0, 0] })]),
  packets('E13', 'a bare SYN with data', () => [raw({ carries: 'tcp', port: 443 })]),
  toProxy('E14', 'UDP header split over two fragments, to port 9090 of its proxy box', ({ ownProxy }) => [
    { do: 'raw', to: ownProxy.v4, carries: 'udp', port: 9090, size: 64, cuts: [8] },
  ]),
  toProxy('E15', 'TCP header split over two fragments, to port 9092 of its proxy box', ({ ownProxy }) => [
    { do: 'raw', to: ownProxy.v4, carries: 'tcp', port: 9092, size: 64, cuts: [8] },
  ]),
  toProxy('E16', 'overlapping fragments: the second says port 53, which is open', ({ ownProxy }) => [
    { do: 'raw', to: ownProxy.v4, carries: 'udp', port: 9090, size: 64, cuts: [16], twice: true },
  ]),
];
