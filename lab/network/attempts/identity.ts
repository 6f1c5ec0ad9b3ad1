import { INTERNET } from '../plan/addresses';
import type { Scene } from '../plan/scene';
import { type Attempt, against, run } from './attempt';

export const posing = (
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
  locks: ['sources'],
  probes,
  ...other,
});

const { attacker } = INTERNET;
const lengthOf = (scene: Scene) => {
  const [low, high] = scene.agent.subnet.v4.addresses;
  return 32 - Math.log2(Number(high - low + 1n));
};

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
