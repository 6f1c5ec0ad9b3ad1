import { PROXY_TCP_PORTS, PROXY_UDP_PORTS } from '../../../constructs/names';
import { sharing } from '../../proof/proof';
import { INTERNET } from '../plan/addresses';
import { against, icmp, type NetworkAttempt, tcp, to, udp } from './attempt';

const inward = sharing<NetworkAttempt>({
  group: 'from outside, inward',
  law: 'NET-5',
  heldBy: 'security groups, network ACLs, no public address on agent hosts',
  from: 'internet',
  mustFailIn: ['internet'],
  locks: ['groups'],
});

export const INWARD: readonly NetworkAttempt[] = [
  inward('J01', 'SSH to the proxy box', ({ ownProxy }) => tcp(ownProxy.publicIfAny, 22)),
  inward('J02', 'its open ports from the internet, TCP', ({ ownProxy }) =>
    tcp(ownProxy.publicIfAny, ...PROXY_TCP_PORTS),
  ),
  inward('J03', 'its open port from the internet, UDP', ({ ownProxy }) =>
    udp(ownProxy.publicIfAny, ...PROXY_UDP_PORTS),
  ),
  inward('J04', 'its health ports', ({ ownProxy }) => tcp(ownProxy.publicIfAny, 9090, 9091)),
  inward(
    'J05',
    'high ports of the proxy box, which its network ACL lets through',
    ({ ownProxy }) => [...tcp(ownProxy.publicIfAny, 1024, 40000, 65535), ...udp(ownProxy.publicIfAny, 40000)],
    { heldBy: 'security groups' },
  ),
  inward('J06', 'ping the proxy box', ({ ownProxy }) => icmp(ownProxy.publicIfAny)),
  inward('J07', 'SSH to the agent host', ({ agent }) => tcp(agent.publicIfAny, 22)),
  inward('J08', 'the agent host, other ports and protocols', ({ agent }) => [
    ...tcp(agent.publicIfAny, 80, 443, 8080),
    ...udp(agent.publicIfAny, 53),
    ...icmp(agent.publicIfAny),
  ]),
  inward(
    'J09',
    'another agent host into this one: SSH',
    ({ agent, otherAgent }) => against(otherAgent, 'other agent host', () => tcp(agent.v4, 22, 443)),
    { from: 'otherAgent', mustFailIn: ['groups'], law: 'NET-4', heldBy: 'security groups' },
  ),
  inward(
    'J10',
    'its own proxy box into the agent host',
    ({ agent }) => [...tcp(agent.v4, 22, 443, 40000), ...udp(agent.v4, 40000)],
    { from: 'ownProxy', mustFailIn: ['vpc'], heldBy: 'security groups, network ACLs' },
  ),
  inward(
    'J11',
    'Instance Connect to anything but SSH',
    ({ agent, ownProxy, endpoint }) =>
      against(endpoint, 'Instance Connect Endpoint', () =>
        [agent, ownProxy].flatMap(({ v4 }) => [...tcp(v4, 80, 443, 3389), ...udp(v4, 22)]),
      ),
    {
      from: 'endpoint',
      locks: ['groups', 'acls'],
      mustFailIn: ['vpc'],
      heldBy: 'security groups, network ACLs',
    },
  ),
];

const boxOut = sharing<NetworkAttempt>({
  group: 'proxy box, outward',
  law: 'NET-6',
  heldBy: 'security groups and network ACL of the proxy box',
  from: 'ownProxy',
  mustFailIn: ['internet'],
  locks: ['groups', 'acls'],
});

export const BOX: readonly NetworkAttempt[] = [
  boxOut('K01', 'plaintext HTTP to the internet', () => tcp(INTERNET.attacker, 80)),
  boxOut('K02', 'SSH, mail and other ports', () => tcp(INTERNET.attacker, 22, 25, 8080, 8443)),
  boxOut('K03', 'QUIC and other UDP', () => udp(INTERNET.attacker, 443, 123, 51820)),
  boxOut('K04', 'a resolver that the template does not name', () => [
    ...tcp(INTERNET.otherResolver, 53, 853),
    ...udp(INTERNET.otherResolver, 53),
  ]),
  boxOut('K05', 'a named resolver, on other ports', ({ plan }) =>
    against(plan.namedResolvers[0], 'named resolver', (to) => [...tcp(to, 853, 80), ...udp(to, 443)]),
  ),
  boxOut('K06', 'ping the internet', () => icmp(INTERNET.attacker)),
  boxOut(
    'K07',
    "another cell's proxy box, port 443",
    to('otherProxy', (v4) => tcp(v4, 443)),
    { law: 'NET-4', heldBy: "the other box's security group", locks: ['groups'], mustFailIn: ['groups'] },
  ),
  boxOut(
    'K08',
    "another cell's agent host, port 443",
    to('otherAgent', (v4) => tcp(v4, 443, 22)),
    { law: 'NET-4', mustFailIn: ['vpc'] },
  ),
  boxOut(
    'K09',
    'Instance Connect Endpoint, port 443',
    to('endpoint', (v4) => tcp(v4, 443)),
    { law: 'NET-7', mustFailIn: ['vpc'] },
  ),
  boxOut(
    'K10',
    'the VPC resolver',
    ({ plan }) => plan.services.resolvers.map((to) => ({ do: 'dns', to, name: 'example.com', types: [1] })),
    { law: 'NET-3', heldBy: 'DNS firewall or DNS support off', locks: [], mustFailIn: ['resolver'] },
  ),
];

const six = sharing<NetworkAttempt>({
  group: 'IPv6',
  law: 'NET-2',
  heldBy: 'no IPv6 in the template',
  from: 'agent',
  mustFailIn: ['v6'],
});

export const SIX: readonly NetworkAttempt[] = [
  six('L01', 'IPv6 to the internet', ({ agent }) => [
    { do: 'six', to: INTERNET.v6, source: agent.v6IfAny, port: 443 },
  ]),
  six('L02', 'IPv6 to another agent host', ({ agent, otherAgent }) =>
    against(otherAgent, 'other agent host', ({ v6IfAny }) => [
      { do: 'six', to: v6IfAny, source: agent.v6IfAny, port: 22 },
    ]),
  ),
  six('L03', 'IPv6 to its proxy box', ({ agent, ownProxy }) => [
    { do: 'six', to: ownProxy.v6IfAny, source: agent.v6IfAny, port: 9090 },
  ]),
];
