import type { Machine, Network } from '../network/model';
import type { Violation } from '../report';
import type { Invariant } from './context';

/** No VPC resolver answers an agent. */
export const net3: Invariant = {
  id: 'NET-3',
  check: ({ network, agentHosts }) => agentHosts.flatMap((host) => checkHost(network, host)),
};

function checkHost(network: Network, host: Machine): Violation[] {
  const vpcs = new Set(host.interfaces.map((each) => each.subnet.vpc));
  return [...vpcs].flatMap((vpc) => {
    const resolver = network.resolvers.get(vpc);
    const add = (message: string, fix: string) => [{ invariant: 'NET-3', resource: host.id, message, fix }];
    if (resolver === undefined || resolver.state === 'open') {
      return add(
        `the VPC resolver answers ${host.id}, and no security group or network ACL filters it: ${resolver?.why ?? 'its VPC is unknown'}`,
        'set EnableDnsSupport to false, or associate a DNS firewall whose first rule blocks "*", with FirewallFailOpen DISABLED',
      );
    }
    if (resolver.state === 'blocked' && !resolver.queriesLogged) {
      return add(
        `queries of ${host.id} to the VPC resolver are not logged`,
        `associate query logging with ${vpc.id}`,
      );
    }
    return [];
  });
}
