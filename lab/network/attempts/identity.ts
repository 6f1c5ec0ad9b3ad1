import { sharing } from '../../proof/proof';
import { INTERNET } from '../plan/addresses';
import type { Roles } from '../plan/roles';
import { against, type NetworkAttempt, shell, to } from './attempt';

const posing = sharing<NetworkAttempt>({
  group: "somebody else's address",
  law: 'NET-4',
  heldBy: 'source/destination check, security groups',
  from: 'agent',
  mustFailIn: ['sources'],
  locks: ['sources'],
});

const { attacker } = INTERNET;
const lengthOf = (roles: Roles) => {
  const [low, high] = roles.agent.subnet.v4.addresses;
  return 32 - Math.log2(Number(high - low + 1n));
};

export const IDENTITY: readonly NetworkAttempt[] = [
  posing('F01', "another agent host's address, to that agent's proxy box", ({ otherAgent, otherProxy }) =>
    against(otherProxy, 'other cell', ({ v4 }) => [
      { do: 'raw', to: v4, source: otherAgent?.v4, carries: 'udp', port: 53 },
    ]),
  ),
  posing(
    'F02',
    "its proxy box's address, to the internet",
    ({ ownProxy }) => [{ do: 'raw', to: attacker, source: ownProxy.v4, carries: 'tcp', port: 443 }],
    { law: 'NET-2' },
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
    { law: 'NET-5' },
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
    { law: 'NET-1' },
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
    "takes another agent host's address, and connects to that agent's proxy box",
    to('otherProxy', (v4, roles) => [
      ...shell(`ip address add ${roles.otherAgent?.v4}/${lengthOf(roles)} dev eth0`),
      { do: 'tcp', to: v4, port: 443, source: roles.otherAgent?.v4 },
      { do: 'udp', to: v4, port: 53, source: roles.otherAgent?.v4 },
    ]),
    {
      undo: (roles) =>
        roles.otherAgent ? shell(`ip address del ${roles.otherAgent.v4}/${lengthOf(roles)} dev eth0`) : [],
    },
  ),
  posing(
    'F08',
    "takes its proxy box's address, and calls the internet",
    (roles) => [
      ...shell(`ip address add ${roles.ownProxy.v4}/32 dev eth0`),
      { do: 'raw', to: attacker, source: roles.ownProxy.v4, carries: 'udp', port: 443 },
    ],
    { law: 'NET-2', undo: (roles) => shell(`ip address del ${roles.ownProxy.v4}/32 dev eth0`) },
  ),
  posing(
    'F09',
    'another hardware address, and another agent\u2019s address on top',
    to('otherAgent', (v4, roles) => [
      ...shell(
        'ip link add link eth0 name second address 02:00:5e:00:53:07 type macvlan mode bridge',
        `ip address add ${v4}/32 dev second`,
        'ip link set second up',
      ),
      { do: 'raw', to: roles.otherProxy?.v4, source: v4, carries: 'udp', port: 53 },
    ]),
    { undo: () => shell('ip link del second') },
  ),
];
