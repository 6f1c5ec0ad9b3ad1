import { INTERNET, routerAddress } from '../network/addresses';
import type { Scene } from '../scene';
import { type Attempt, against, type Probe, run, tcp, udp } from './attempt';

const posing = (
  id: string,
  title: string,
  probes: Attempt['probes'],
  other: Partial<Attempt> = {},
): Attempt => ({
  id,
  group: "somebody else's address",
  title,
  invariant: 'NET-4',
  stops: 'source/destination check, security groups',
  from: 'agent',
  weakened: 'sources',
  probes,
  ...other,
});

const { attacker } = INTERNET;
const lengthOf = (scene: Scene) => {
  const [low, high] = scene.agent.subnet.v4.addresses;
  return 32 - Math.log2(Number(high - low + 1n));
};
const home = (scene: Scene) =>
  `ip route replace default via ${routerAddress(scene.agent.subnet.v4)} dev eth0`;

export const IDENTITY: readonly Attempt[] = [
  posing(
    'F01',
    "another agent host's address, to that agent's door",
    ({ otherAgent, otherProxy }) =>
      against(otherProxy, 'other cell', ({ v4 }) => [
        { do: 'raw', to: v4, source: otherAgent?.v4, carries: 'udp', port: 53 },
      ]),
    { weakened: 'sources' },
  ),
  posing(
    'F02',
    "its proxy box's address, to the internet",
    ({ ownProxy }) => [{ do: 'raw', to: attacker, source: ownProxy.v4, carries: 'tcp', port: 443 }],
    { invariant: 'NET-2' },
  ),
  posing('F03', "Instance Connect's address, to SSH of another agent host", ({ otherAgent, endpoint }) =>
    against(otherAgent && endpoint, 'other agent host with an Instance Connect Endpoint', () => [
      { do: 'raw', to: otherAgent?.v4, source: endpoint?.v4, carries: 'tcp', port: 22 },
    ]),
  ),
  posing(
    'F04',
    "Instance Connect's address, to SSH of its proxy box",
    ({ ownProxy, endpoint }) =>
      against(endpoint, 'Instance Connect Endpoint', ({ v4 }) => [
        { do: 'raw', to: ownProxy.v4, source: v4, carries: 'tcp', port: 22 },
      ]),
    { invariant: 'NET-5' },
  ),
  posing(
    'F05',
    "a resolver's address, as a forged answer to its proxy box",
    ({ ownProxy }) => [
      {
        do: 'raw',
        to: ownProxy.v4,
        source: INTERNET.otherResolver,
        carries: 'udp',
        port: 40053,
        sourcePort: 53,
      },
    ],
    { invariant: 'NET-1' },
  ),
  posing('F06', 'an address nobody has', ({ otherAgent, agent }) => [
    {
      do: 'raw',
      to: otherAgent?.v4 ?? attacker,
      source: agent.v4.replace(/\d+$/, '200'),
      carries: 'udp',
      port: 443,
    },
  ]),
  posing(
    'F07',
    "takes another agent host's address, and knocks at that agent's doors",
    (scene) =>
      against(scene.otherProxy, 'other cell', ({ v4 }) => [
        ...run(`ip address add ${scene.otherAgent?.v4}/${lengthOf(scene)} dev eth0`),
        { do: 'tcp', to: v4, port: 443, source: scene.otherAgent?.v4 },
        { do: 'udp', to: v4, port: 53, source: scene.otherAgent?.v4 },
      ]),
    {
      undo: (scene) =>
        scene.otherAgent ? run(`ip address del ${scene.otherAgent.v4}/${lengthOf(scene)} dev eth0`) : [],
    },
  ),
  posing(
    'F08',
    "takes its proxy box's address, and calls the internet",
    (scene) => [
      ...run(`ip address add ${scene.ownProxy.v4}/32 dev eth0`),
      { do: 'raw', to: attacker, source: scene.ownProxy.v4, carries: 'udp', port: 443 },
    ],
    { invariant: 'NET-2', undo: (scene) => run(`ip address del ${scene.ownProxy.v4}/32 dev eth0`) },
  ),
  posing(
    'F09',
    'another hardware address, and another agent\u2019s address on top',
    (scene) =>
      against(scene.otherAgent, 'other agent host', ({ v4 }) => [
        ...run(
          'ip link add link eth0 name second address 02:00:5e:00:53:07 type macvlan mode bridge',
          `ip address add ${v4}/32 dev second`,
          'ip link set second up',
        ),
        { do: 'raw', to: scene.otherProxy?.v4, source: v4, carries: 'udp', port: 53 },
      ]),
    { undo: () => run('ip link del second') },
  ),
];

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
    { invariant: 'NET-4', stops: 'security groups', weakened: 'groups', undo: () => [] },
  ),
];
