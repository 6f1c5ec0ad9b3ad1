import { type AddressRange, overlap } from '../../../constructs/address/cidr';
import { intersect } from '../../../constructs/address/range';
import type { Box } from '../address/box';
import type { Interface, Network, Rule } from '../network/model';
import { partyOf } from './parties';
import { type Flow, fromRule, type Piece, throughAcl, throughFarAcl, throughRoute } from './piece';
import { replyBoxes, withReplies } from './replies';

/** Flows between each two interfaces of the template, if one of them is a machine's. */
export function pairFlows(network: Network): Flow[] {
  const machines = network.machines.flatMap((machine) => machine.interfaces);
  const all = [...machines, ...network.others];
  const groups = new Set(
    network.machines.filter((each) => each.kind === 'auto-scaling-group').map((each) => each.id),
  );
  return all.flatMap((from) =>
    all.flatMap((to) => {
      if (from.kind !== 'machine' && to.kind !== 'machine') return [];
      if (from.owner === to.owner && !groups.has(from.owner)) return [];
      if (to.kind === 'connect-endpoint') return []; // answers the EC2 API only
      return between(network, from, to).flatMap((piece) => flowsOf(from, to, piece));
    }),
  );
}

function flowsOf(from: Interface, to: Interface, piece: Piece): Flow[] {
  const flows: Flow[] = [];
  if (from.kind === 'machine')
    flows.push({ ...piece, machine: from.owner, direction: 'outbound', party: partyOf(to) });
  if (to.kind === 'machine')
    flows.push({ ...piece, machine: to.owner, direction: 'inbound', party: partyOf(from) });
  return flows;
}

/** The packets that pass from one interface to another. */
export function between(network: Network, from: Interface, to: Interface): Piece[] {
  const families: [AddressRange, AddressRange][] = [[from.v4, to.v4]];
  if (from.v6 !== undefined && to.v6 !== undefined) families.push([from.v6, to.v6]);
  return families.flatMap(([near, far]) => {
    const admitted = throughGroups(from, to, near, far);
    const routed = admitted.length === 0 ? [] : throughRoutes(network, from, to, near, far, admitted);
    if (routed.length === 0 || from.subnet === to.subnet) return routed;
    const sent = throughAcl(routed, from.subnet.acl.egress);
    const received = throughFarAcl(sent, to.subnet.acl.ingress, near);
    return received.flatMap((piece) =>
      withReplies([piece], replyBoxes(piece, to.subnet.acl.egress, near, from.subnet.acl.ingress)),
    );
  });
}

/** Through the security groups at both ends; at each end the rules of all its groups apply together. */
function throughGroups(from: Interface, to: Interface, near: AddressRange, far: AddressRange): Piece[] {
  const out = from.groups.flatMap((group) => group.egress).flatMap((rule) => matching(rule, to, far));
  if (out.length === 0) return [];
  const admitted = to.groups.flatMap((group) => group.ingress).flatMap((rule) => matching(rule, from, near));
  const pieces: Piece[] = [];
  for (const piece of out) {
    for (const other of admitted) {
      const protocols = intersect(piece.box.protocols, other.box.protocols);
      const ports = intersect(piece.box.ports, other.box.ports);
      if (protocols === undefined || ports === undefined) continue;
      const box: Box = { ...piece.box, protocols, ports };
      pieces.push({ ...piece, box, controls: [...piece.controls, ...other.controls] });
    }
  }
  return pieces;
}

/** The part of a rule that applies to this interface, whose address is somewhere in `range`. */
function matching(rule: Rule, each: Interface, range: AddressRange): Piece[] {
  const { peer } = rule;
  if (peer.kind === 'machine') return peer.id === each.owner ? [fromRule(rule, range)] : [];
  if (peer.kind === 'group') return isMember(each, peer.key) ? [fromRule(rule, range)] : [];
  return peer.ranges.flatMap((named) => {
    const addresses = named.family === range.family ? intersect(named.addresses, range.addresses) : undefined;
    if (addresses === undefined) return [];
    return [{ ...fromRule(rule, named), box: { ...fromRule(rule, range).box, addresses } }];
  });
}

/** Two groups outside the template may be the same one. */
export function isMember(each: Interface, key: string): boolean {
  return each.groups.some((group) => group.key === key || (group.outside && key.startsWith('outside:')));
}

/** Within one VPC there is always a route; between two it takes a peering or transit gateway route each way. */
function throughRoutes(
  network: Network,
  from: Interface,
  to: Interface,
  near: AddressRange,
  far: AddressRange,
  pieces: readonly Piece[],
): Piece[] {
  const [a, b] = [from.subnet.vpc, to.subnet.vpc];
  if (a === b) return [...pieces];
  // A VPC outside the template may be this one.
  if (a.resource === undefined || b.resource === undefined) return [...pieces];
  const there = joining(network, from, to).flatMap((slice) => throughRoute(pieces, slice));
  const back = joining(network, to, from).some((slice) => slice.ranges.some((range) => overlap(range, near)));
  return back ? there.filter((piece) => overlap(piece.box, far)) : [];
}

function joining(network: Network, from: Interface, to: Interface) {
  const slices = from.subnet.tables.flatMap((table) => table.slices);
  return slices.filter((slice) => network.joins(slice.route.target, from.subnet.vpc, to.subnet.vpc));
}
