import type { AddressRange } from '../../../constructs/address/cidr';
import { parseCidr } from '../../../constructs/address/cidr';
import { PROTOCOLS } from '../../../lib/reach/address/protocol';
import type { Rule } from '../../../lib/reach/network/model';
import { matchOf } from './match';
import type { Plan, Station } from './plan';

/**
 * Security groups: a chain for each link and direction, on the router's side, which a machine's root can't change.
 * Replies pass before these chains, because groups are stateful.
 */
export function groupChains(plan: Plan): string[] {
  return plan.stations.flatMap((station) => [...chain(plan, station, 'out'), ...chain(plan, station, 'in')]);
}

function chain(plan: Plan, station: Station, direction: 'out' | 'in'): string[] {
  if (station.groups === undefined) return [];
  const rules = station.groups.flatMap((group) => (direction === 'out' ? group.egress : group.ingress));
  const side = direction === 'out' ? 'daddr' : 'saddr';
  const matches = rules.flatMap((rule) =>
    peersOf(plan, rule).map(({ family, addresses }) =>
      matchOf({ family, addresses, protocols: rule.protocols, ports: rule.ports }, side),
    ),
  );
  return [
    `chain group_${direction}_${station.link} {`,
    ...[...new Set(matches)].map((match) => `  ${match} return`),
    `  counter name "group_${direction}_${station.link}" drop`,
    '}',
  ];
}

/** A rule that names a group stands for the private addresses of the group's members; without members, for none. */
function peersOf(plan: Plan, { peer }: Rule): readonly AddressRange[] {
  if (peer.kind === 'ranges') return peer.ranges;
  const named = plan.stations.filter((station) =>
    peer.kind === 'machine'
      ? station.id === peer.id
      : (station.groups ?? []).some((group) => group.key === peer.key),
  );
  return named
    .flatMap(({ v4, v6 }) => [v4, v6])
    .flatMap((address) => (address === undefined ? [] : (parseCidr(address) ?? [])));
}

/** Whether the groups of a machine let TCP out to a port. */
export function opensTcp({ groups = [] }: Station, port: number): boolean {
  return groups.some(({ egress }) =>
    egress.some(
      ({ protocols: [first, last], ports: [low, high] }) =>
        first <= PROTOCOLS.tcp && PROTOCOLS.tcp <= last && low <= port && port <= high,
    ),
  );
}
