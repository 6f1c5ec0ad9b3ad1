import { sharing } from '../../proof/proof';
import { INTERNET, routerAddress } from '../plan/addresses';
import type { Roles } from '../plan/roles';
import { against, type NetworkAttempt, type Probe, shell, tcp, udp } from './attempt';

const { attacker } = INTERNET;
const home = (roles: Roles) =>
  `ip route replace default via ${routerAddress(roles.agent.subnet.v4)} dev eth0`;

const steering = sharing<NetworkAttempt>({
  group: 'routes and neighbours',
  law: 'NET-2',
  heldBy: 'the VPC router: no route of a machine counts',
  from: 'agent',
  mustFailIn: ['internet'],
  locks: ['groups', 'acls', 'routes'],
});
const out = (): Probe[] => [...tcp(attacker, 443), ...udp(attacker, 53)];

export const STEERING: readonly NetworkAttempt[] = [
  steering(
    'G01',
    'a default route of its own, through the VPC router',
    (roles) => [...shell(home(roles)), ...out()],
    { undo: (roles) => shell(home(roles)) },
  ),
  steering(
    'G02',
    'its proxy box as the next hop',
    (roles) => [...shell(`ip route replace default via ${roles.ownProxy.v4} dev eth0 onlink`), ...out()],
    { undo: (roles) => shell(home(roles)) },
  ),
  steering(
    'G03',
    'another agent host as the next hop',
    (roles) =>
      against(roles.otherAgent, 'other agent host', ({ v4 }) => [
        ...shell(`ip route replace default via ${v4} dev eth0 onlink`),
        ...tcp(attacker, 443),
        ...udp(attacker, 53),
      ]),
    {
      law: 'NET-4',
      mustFailIn: ['forwarding'],
      locks: ['routes'],
      heldBy: 'the VPC router and the source/destination check',
      undo: (roles) => shell(home(roles)),
    },
  ),
  steering(
    'G04',
    'the internet as a neighbour on its own link',
    () => [...shell(`ip route replace ${attacker}/32 dev eth0`), ...out()],
    { undo: () => shell(`ip route del ${attacker}/32 dev eth0`) },
  ),
  steering(
    'G05',
    'Instance Connect as the next hop',
    (roles) =>
      against(roles.endpoint, 'Instance Connect Endpoint', ({ v4 }) => [
        ...shell(`ip route replace default via ${v4} dev eth0 onlink`),
        ...out(),
      ]),
    { undo: (roles) => shell(home(roles)) },
  ),
  steering(
    'G06',
    "claims the router's and the neighbours' addresses by ARP, to read another agent host's packets",
    (roles) =>
      against(roles.otherAgent, 'other agent host', ({ v4 }) => [
        {
          do: 'arp',
          claims: [
            routerAddress(roles.agent.subnet.v4),
            v4,
            ...(roles.otherProxy ? [roles.otherProxy.v4] : []),
          ],
        },
        { do: 'udp', to: '203.0.113.10', port: 443, by: 'otherAgent' },
        ...(roles.otherProxy
          ? [{ do: 'udp', to: roles.otherProxy.v4, port: 53, by: 'otherAgent' } as const]
          : []),
      ]),
    {
      law: 'NET-4',
      mustFailIn: ['forwarding'],
      locks: ['routes'],
      heldBy: 'the VPC: ARP of a machine counts for nothing, and the source/destination check',
      seenBy: 'agent',
      undo: () => [],
    },
  ),
  steering(
    'G07',
    'fixed neighbour entries for another agent host',
    (roles) =>
      against(roles.otherAgent, 'other agent host', ({ v4 }) => [
        ...shell(`ip neigh replace ${v4} lladdr ff:ff:ff:ff:ff:ff dev eth0`),
        ...udp(v4, 443),
        ...shell(`ip neigh del ${v4} dev eth0`),
        ...tcp(v4, 22),
      ]),
    { law: 'NET-4', heldBy: 'security groups', mustFailIn: ['groups'], locks: ['groups'], undo: () => [] },
  ),
];
