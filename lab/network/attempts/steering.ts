import { INTERNET, routerAddress } from '../plan/addresses';
import type { Scene } from '../plan/scene';
import { type Attempt, against, type Probe, run, tcp, udp } from './attempt';
import { posing } from './identity';

const { attacker } = INTERNET;
const home = (scene: Scene) =>
  `ip route replace default via ${routerAddress(scene.agent.subnet.v4)} dev eth0`;

const steering = (
  id: string,
  title: string,
  probes: Attempt['probes'],
  other: Partial<Attempt> = {},
): Attempt =>
  posing(id, title, probes, {
    group: 'routes and neighbours',
    invariant: 'NET-2',
    stops: 'the VPC router: no route of a machine counts',
    weakened: 'internet',
    locks: ['groups', 'acls', 'routes'],
    ...other,
  });
const out = (): Probe[] => [...tcp(attacker, 443), ...udp(attacker, 53)];

export const STEERING: readonly Attempt[] = [
  steering(
    'G01',
    'a default route of its own, through the VPC router',
    (scene) => [...run(home(scene)), ...out()],
    { undo: (scene) => run(home(scene)) },
  ),
  steering(
    'G02',
    'its proxy box as the next hop',
    (scene) => [...run(`ip route replace default via ${scene.ownProxy.v4} dev eth0 onlink`), ...out()],
    { undo: (scene) => run(home(scene)) },
  ),
  steering(
    'G03',
    'another agent host as the next hop',
    (scene) =>
      against(scene.otherAgent, 'other agent host', ({ v4 }) => [
        ...run(`ip route replace default via ${v4} dev eth0 onlink`),
        ...tcp(attacker, 443),
        ...udp(attacker, 53),
      ]),
    {
      invariant: 'NET-4',
      weakened: 'forwarding',
      locks: ['routes'],
      stops: 'the VPC router and the source/destination check',
      undo: (scene) => run(home(scene)),
    },
  ),
  steering(
    'G04',
    'the internet as a neighbour on its own link',
    () => [...run(`ip route replace ${attacker}/32 dev eth0`), ...out()],
    { undo: () => run(`ip route del ${attacker}/32 dev eth0`) },
  ),
  steering(
    'G05',
    'Instance Connect as the next hop',
    (scene) =>
      against(scene.endpoint, 'Instance Connect Endpoint', ({ v4 }) => [
        ...run(`ip route replace default via ${v4} dev eth0 onlink`),
        ...out(),
      ]),
    { undo: (scene) => run(home(scene)) },
  ),
  steering(
    'G06',
    "claims the router's and the neighbours' addresses by ARP, to read another agent host's packets",
    (scene) =>
      against(scene.otherAgent, 'other agent host', ({ v4 }) => [
        {
          do: 'arp',
          claims: [
            routerAddress(scene.agent.subnet.v4),
            v4,
            ...(scene.otherProxy ? [scene.otherProxy.v4] : []),
          ],
        },
        { do: 'udp', to: '203.0.113.10', port: 443, by: 'otherAgent' },
        ...(scene.otherProxy
          ? [{ do: 'udp', to: scene.otherProxy.v4, port: 53, by: 'otherAgent' } as const]
          : []),
      ]),
    {
      invariant: 'NET-4',
      weakened: 'forwarding',
      locks: ['routes'],
      stops: 'the VPC: ARP of a machine counts for nothing, and the source/destination check',
      seenBy: 'agent',
      undo: () => [],
    },
  ),
  steering(
    'G07',
    'fixed neighbour entries for another agent host',
    (scene) =>
      against(scene.otherAgent, 'other agent host', ({ v4 }) => [
        ...run(`ip neigh replace ${v4} lladdr ff:ff:ff:ff:ff:ff dev eth0`),
        ...udp(v4, 443),
        ...run(`ip neigh del ${v4} dev eth0`),
        ...tcp(v4, 22),
      ]),
    { invariant: 'NET-4', stops: 'security groups', weakened: 'groups', locks: ['groups'], undo: () => [] },
  ),
];
