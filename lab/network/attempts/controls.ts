import { CONNECT_PORT, PROXY_TCP_PORTS, PROXY_UDP_PORTS } from '../../../constructs/names';
import { sharing } from '../../proof/proof';
import { LEGITIMATE } from '../../report';
import { INTERNET, LINK_LOCAL } from '../plan/addresses';
import { opensTcp } from '../plan/groups';
import { against, type NetworkControl, tcp, to, udp } from './attempt';
import { get, http, ROLES, token } from './services';

const shared = { law: LEGITIMATE, group: LEGITIMATE, from: 'agent' } as const;
const traffic = sharing<NetworkControl>({ ...shared, mustFailIn: ['shut', 'replies'] });
const service = sharing<NetworkControl>({ ...shared, mustFailIn: ['shut'] });

/** Legitimate traffic. Without it, a network that lets nothing through would pass every attempt. */
export const NETWORK_CONTROLS: readonly NetworkControl[] = [
  ...PROXY_TCP_PORTS.map((port, index) =>
    traffic(
      `Y0${index + 1}`,
      `tcp port ${port} of the agent host's own proxy box answers`,
      ({ agent, ownProxy }) =>
        port === CONNECT_PORT && !opensTcp(agent, port)
          ? 'this agent needs no CONNECT port'
          : tcp(ownProxy.v4, port),
    ),
  ),
  ...PROXY_UDP_PORTS.map((port, index) =>
    traffic(`Y1${index}`, `udp port ${port} of the agent host's own proxy box answers`, ({ ownProxy }) =>
      udp(ownProxy.v4, port),
    ),
  ),
  traffic(
    'Y20',
    'another agent host reaches its own proxy box',
    to('otherProxy', (v4) => tcp(v4, 443)),
    { from: 'otherAgent' },
  ),
  traffic(
    'Y21',
    'the proxy box reaches the internet over TLS ports',
    () => tcp(INTERNET.others[1] as string, 443),
    { from: 'ownProxy' },
  ),
  traffic(
    'Y22',
    'the proxy box reaches every named resolver, udp and tcp 53',
    ({ plan }) =>
      against(plan.namedResolvers[0], 'named resolver', () =>
        plan.namedResolvers.flatMap((to) => [...udp(to, 53), ...tcp(to, 53)]),
      ),
    { from: 'ownProxy' },
  ),
  traffic(
    'Y23',
    'Instance Connect reaches SSH of the agent host and of the proxy box',
    ({ agent, ownProxy, endpoint }) =>
      against(endpoint, 'Instance Connect Endpoint', () => [...tcp(agent.v4, 22), ...tcp(ownProxy.v4, 22)]),
    { from: 'endpoint' },
  ),
  service('Z01', 'the agent host reads its own user data by IMDSv2', () => [
    http(token, get('/latest/user-data', true)),
  ]),
  service(
    'Z02',
    'the proxy box gets its role credentials by IMDSv2',
    (roles) =>
      against(roles.ownProxy.machine?.profile, 'profile on the proxy box', () => [
        http(token, get(ROLES, true)),
      ]),
    { from: 'ownProxy' },
  ),
  service(
    'Z03',
    'Amazon Time Sync answers',
    () => [{ do: 'udp', to: LINK_LOCAL.time, port: 123, size: 48 }],
    // Nothing in a template closes it.
    { mustFailIn: [] },
  ),
];
