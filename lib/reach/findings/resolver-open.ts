import type { Finding } from './finding';

/** Data can leave through the VPC resolver, in the names of queries, even from a subnet without a route. */
export const resolverOpen: Finding = (network, machine) => {
  const vpcs = [...new Set(machine.interfaces.map((each) => each.subnet.vpc))];
  const open = vpcs
    .map((vpc) => network.resolvers.get(vpc))
    .find((each) => each === undefined || each.state === 'open');
  if (vpcs.length > 0 && open === undefined) return [];
  return [
    {
      invariant: 'RESOLVER-OPEN',
      resource: machine.id,
      message: `${machine.id} can send data out through the VPC resolver, which security groups and network ACLs don't filter: ${open?.why ?? 'its VPC is unknown'}`,
      fix: 'associate a DNS firewall that blocks every name and fails closed, or set EnableDnsSupport to false',
    },
  ];
};
