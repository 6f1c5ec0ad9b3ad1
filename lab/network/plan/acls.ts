import type { Grant, Subnet } from '../../../lib/reach/network/model';
import { matchOf } from './match';
import type { Plan } from './plan';

/**
 * Network ACLs: they judge every packet that crosses a subnet's edge, replies included, because they are stateless.
 * So these chains must not use connection tracking.
 */
export function aclChains(plan: Plan): string[] {
  return plan.subnets.flatMap((subnet, index) => [
    ...chain(`acl_out_${index}`, subnet.acl.egress, 'daddr'),
    ...chain(`acl_in_${index}`, subnet.acl.ingress, 'saddr'),
  ]);
}

function chain(name: string, grants: readonly Grant[], side: 'saddr' | 'daddr'): string[] {
  const matches = new Set(grants.map(({ box }) => matchOf(box, side)));
  return [
    `chain ${name} {`,
    ...[...matches].map((match) => `  ${match} return`),
    `  counter name "${name}" drop`,
    '}',
  ];
}

/** Jumps to the chains, but for packets within a subnet. */
export function aclJumps(plan: Plan): string[] {
  const links = (subnet: Subnet) => {
    const found = plan.stations.filter((each) => each.subnet === subnet).map(({ link }) => `"${link}"`);
    return found.length === 0 ? undefined : `{ ${found.join(', ')} }`;
  };
  const edges = plan.subnets.flatMap((subnet, index) => {
    const members = links(subnet);
    return members === undefined ? [] : [{ index, members }];
  });
  return [
    ...edges.map(({ members }) => `iifname ${members} oifname ${members} return`),
    ...edges.map(({ index, members }) => `iifname ${members} jump acl_out_${index}`),
    ...edges.map(({ index, members }) => `oifname ${members} jump acl_in_${index}`),
  ];
}
