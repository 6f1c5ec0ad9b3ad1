import { sharing } from '../../proof/proof';
import { INTERNET, routerAddress } from '../plan/addresses';
import type { Roles } from '../plan/roles';
import { type NetworkAttempt, type Probe, shell, tcp, to, udp } from './attempt';

const { attacker } = INTERNET;
const goHome = ({ agent }: Roles) =>
  shell(`ip route replace default via ${routerAddress(agent.subnet.v4)} dev eth0`);
const goOut = (): Probe[] => [...tcp(attacker, 443), ...udp(attacker, 53)];
const goVia = (v4: string): Probe[] => [
  ...shell(`ip route replace default via ${v4} dev eth0 onlink`),
  ...goOut(),
];

const shared = {
  group: 'routes and neighbours',
  law: 'NET-2',
  heldBy: 'the VPC router: no route of a machine counts',
  from: 'agent',
  mustFailIn: ['internet'],
  locks: ['groups', 'acls', 'routes'],
  undo: goHome,
} as const;
const steering = sharing<NetworkAttempt>(shared);
const throughOthers = sharing<NetworkAttempt>({
  ...shared,
  law: 'NET-4',
  heldBy: 'the VPC router and the source/destination check',
  mustFailIn: ['forwarding'],
  locks: ['routes'],
});

export const STEERING: readonly NetworkAttempt[] = [
  steering('G01', 'a default route of its own, through the VPC router', (roles) => [
    ...goHome(roles),
    ...goOut(),
  ]),
  steering('G02', 'its proxy box as the next hop', ({ ownProxy }) => goVia(ownProxy.v4)),
  throughOthers('G03', 'another agent host as the next hop', to('otherAgent', goVia)),
  steering(
    'G04',
    'the internet as a neighbour on its own link',
    () => [...shell(`ip route replace ${attacker}/32 dev eth0`), ...goOut()],
    { undo: () => shell(`ip route del ${attacker}/32 dev eth0`) },
  ),
  steering('G05', 'Instance Connect as the next hop', to('endpoint', goVia)),
  throughOthers(
    'G06',
    "claims the router's and the neighbours' addresses by ARP, to read another agent host's packets",
    to('otherAgent', (v4, { agent, otherProxy }) => [
      { do: 'arp', claims: [routerAddress(agent.subnet.v4), v4, ...(otherProxy ? [otherProxy.v4] : [])] },
      { do: 'udp', to: '203.0.113.10', port: 443, by: 'otherAgent' },
      ...(otherProxy ? [{ do: 'udp', to: otherProxy.v4, port: 53, by: 'otherAgent' } as const] : []),
    ]),
    {
      heldBy: 'the VPC: ARP of a machine counts for nothing, and the source/destination check',
      seenBy: 'agent',
      undo: () => [],
    },
  ),
  steering(
    'G07',
    'fixed neighbour entries for another agent host',
    to('otherAgent', (v4) => [
      ...shell(`ip neigh replace ${v4} lladdr ff:ff:ff:ff:ff:ff dev eth0`),
      ...udp(v4, 443),
      ...shell(`ip neigh del ${v4} dev eth0`),
      ...tcp(v4, 22),
    ]),
    { law: 'NET-4', heldBy: 'security groups', mustFailIn: ['groups'], locks: ['groups'], undo: () => [] },
  ),
];
