import type { Network } from '../../../lib/reach/network/model';

/** Most namespaces that one machine can take. */
export const STATION_LIMIT = 60;

/** Every resource of the template that carries traffic and that the lab can't build, by name. */
export function refusals(network: Network): string[] {
  const problems = network.notModelled.map(({ resource, type, why }) => `${resource} (${type}): ${why}`);
  if (network.vpcs.length !== 1) {
    problems.push(
      `${network.vpcs.length} VPCs (${network.vpcs.map(({ id }) => id).join(', ')}): the lab builds one`,
    );
  }
  for (const vpc of network.vpcs) {
    if (!vpc.blocksKnown) problems.push(`${vpc.id}: its address blocks are not in the template`);
  }
  for (const machine of network.machines) {
    if (machine.kind !== 'instance')
      problems.push(
        `${machine.id} (${machine.resource.type}): how many machines it starts is not in the template`,
      );
    else if (machine.interfaces.length !== 1)
      problems.push(
        `${machine.id}: it has ${machine.interfaces.length} network interfaces, and the lab builds one for each machine`,
      );
  }
  for (const each of network.others) {
    if (each.kind === 'interface') {
      const type = network.template.find(each.owner)?.type ?? 'unknown type';
      problems.push(`${each.owner} (${type}): its network interface in ${each.subnet.id} is not built`);
    }
    if (each.bearsAnyAddress)
      problems.push(`${each.owner}: it preserves its clients' addresses, which the lab doesn't build`);
  }
  return [...problems, ...routeRefusals(network), ...sizeRefusal(network)];
}

function sizeRefusal(network: Network): string[] {
  const stations = network.machines.length + network.others.length + network.natSubnets.size;
  if (stations <= STATION_LIMIT) return [];
  return [
    `${stations} machines, endpoints and gateways are more than the ${STATION_LIMIT} that the lab builds`,
  ];
}

const CARRIED: ReadonlySet<string> = new Set(['local', 'internet-gateway', 'nat-gateway', 'interface']);

function routeRefusals(network: Network): string[] {
  const problems: string[] = [];
  for (const subnet of network.subnets) {
    if (subnet.tables.length !== 1)
      problems.push(`${subnet.id}: which route table it has is not in the template`);
    for (const route of subnet.tables.flatMap((table) => table.routes)) {
      if (!CARRIED.has(route.target.kind)) {
        problems.push(`${route.id}: a route to ${route.target.kind}, which the lab doesn't build`);
      } else if (route.range === undefined) {
        problems.push(`${route.id}: its destination is not in the template`);
      } else if (route.target.kind === 'nat-gateway' && !network.natSubnets.has(route.target.id)) {
        problems.push(`${route.id}: its NAT gateway is not in the template`);
      }
    }
  }
  return [...new Set(problems)];
}
