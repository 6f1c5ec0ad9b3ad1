import { DOOR_TCP_PORTS, DOOR_UDP_PORTS } from '../../../constructs/names';
import { INTERNET, LINK_LOCAL } from '../plan/addresses';
import { against, type Control, tcp, udp } from './attempt';
import { get, http, ROLES, token } from './services';

/** What must work, or a network that lets nothing through would pass every attempt; each is seen to fail, too. */
export const CONTROLS: readonly Control[] = [
  ...DOOR_TCP_PORTS.map(
    (port, index): Control => ({
      id: `Y0${index + 1}`,
      title: `door tcp ${port} of the agent host's own proxy box answers`,
      from: 'agent',
      failsIn: ['shut', 'replies'],
      probes: ({ ownProxy }) => tcp(ownProxy.v4, port),
    }),
  ),
  ...DOOR_UDP_PORTS.map(
    (port, index): Control => ({
      id: `Y1${index}`,
      title: `door udp ${port} of the agent host's own proxy box answers`,
      from: 'agent',
      failsIn: ['shut', 'replies'],
      probes: ({ ownProxy }) => udp(ownProxy.v4, port),
    }),
  ),
  {
    id: 'Y20',
    title: 'another agent host reaches its own door',
    from: 'otherAgent',
    failsIn: ['shut', 'replies'],
    probes: ({ otherProxy }) => against(otherProxy, 'other cell', ({ v4 }) => tcp(v4, 443)),
  },
  {
    id: 'Y21',
    title: 'the proxy box reaches the internet over TLS ports',
    from: 'ownProxy',
    failsIn: ['shut', 'replies'],
    probes: () => tcp(INTERNET.others[1] as string, 443),
  },
  {
    id: 'Y22',
    title: 'the proxy box reaches every named resolver, udp and tcp 53',
    from: 'ownProxy',
    failsIn: ['shut', 'replies'],
    probes: ({ plan }) =>
      against(plan.namedResolvers[0], 'named resolver', () =>
        plan.namedResolvers.flatMap((to) => [...udp(to, 53), ...tcp(to, 53)]),
      ),
  },
  {
    id: 'Y23',
    title: 'Instance Connect reaches SSH of the agent host and of the proxy box',
    from: 'endpoint',
    failsIn: ['shut', 'replies'],
    probes: ({ agent, ownProxy, endpoint }) =>
      against(endpoint, 'Instance Connect Endpoint', () => [...tcp(agent.v4, 22), ...tcp(ownProxy.v4, 22)]),
  },

  {
    id: 'Z01',
    title: 'the agent host reads its own user data by IMDSv2',
    from: 'agent',
    failsIn: ['shut'],
    probes: () => [http(token, get('/latest/user-data', true))],
  },
  {
    id: 'Z02',
    title: 'the proxy box gets its role credentials by IMDSv2',
    from: 'ownProxy',
    failsIn: ['shut'],
    probes: (scene) =>
      against(scene.ownProxy.machine?.profile, 'profile on the proxy box', () => [
        http(token, get(ROLES, true)),
      ]),
  },
  {
    id: 'Z03',
    title: 'Amazon Time Sync answers',
    from: 'agent',
    probes: () => [{ do: 'udp', to: LINK_LOCAL.time, port: 123, size: 48 }],
  },
];
