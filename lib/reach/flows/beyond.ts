import { type AddressRange, contains, EVERY_V4, EVERY_V6, parseCidr } from '../../../constructs/address/cidr';
import { intersect } from '../../../constructs/address/range';
import type { Interface, Machine, Network, Slice, Subnet, Target } from '../network/model';
import type { Party } from '../report';
import { carried, partyBehind } from './gateways';
import { throughNat } from './nat';
import { type Flow, fromRule, type Piece, throughAcl, throughFarAcl, throughRoute } from './piece';
import { replyBoxes, withReplies } from './replies';

type Direction = Flow['direction'];

/** Flows of one machine with everything else than interfaces of the template: subnets, the internet, other networks. */
export function beyondFlows(network: Network, machine: Machine): Flow[] {
  return machine.interfaces.flatMap((each) =>
    (['outbound', 'inbound'] as const).flatMap((direction) => [
      ...blockFlows(network, each, direction),
      ...outsideGroupFlows(each, direction),
    ]),
  );
}

function blockFlows(network: Network, each: Interface, direction: Direction): Flow[] {
  const pieces = rulesOf(each, direction).flatMap((rule) =>
    rule.peer.kind !== 'ranges'
      ? []
      : rule.peer.ranges
          .filter((range) => (range.family === 4 || each.v6 !== undefined) && leavesTheMachine(range))
          .map((range) => fromRule(rule, range)),
  );
  const slices = each.subnet.tables.flatMap((table) => table.slices);
  return slices.flatMap((slice) =>
    throughSlice(network, each, direction, pieces, slice).map(({ piece, party }) => ({
      ...piece,
      machine: each.owner,
      direction,
      party,
    })),
  );
}

/** CDK's placeholder (255.255.255.255/32) and CloudFormation's (127.0.0.1/32) name no packet on a network. */
const NOWHERE = ['255.255.255.255/32', '127.0.0.0/8', '::1/128'].map(
  (block) => parseCidr(block) as AddressRange,
);

export function leavesTheMachine(range: AddressRange): boolean {
  return !NOWHERE.some((block) => contains(block, range));
}

interface Arrival {
  readonly piece: Piece;
  readonly party: Party;
}

function throughSlice(
  network: Network,
  each: Interface,
  direction: Direction,
  pieces: readonly Piece[],
  slice: Slice,
): Arrival[] {
  const { target } = slice.route;
  if (target.kind === 'local') return subnetArrivals(network, each, direction, pieces);
  const routed = throughRoute(pieces, slice);
  if (routed.length === 0) return [];
  if (target.kind === 'nat-gateway') {
    return direction === 'outbound' ? throughNat(network, each, routed, target) : [];
  }
  return throughGateway(each, direction, routed, target).map((piece) => ({
    piece,
    party: partyBehind(target, piece),
  }));
}

/** Anything else that is in the subnets of the same VPC, or may be later. */
function subnetArrivals(
  network: Network,
  each: Interface,
  direction: Direction,
  pieces: readonly Piece[],
): Arrival[] {
  const siblings = network.subnets.filter((subnet) => subnet.vpc === each.subnet.vpc);
  return siblings.flatMap((subnet) => {
    const ranges = [subnet.v4, ...(subnet.v6 === undefined ? [] : [subnet.v6])];
    const here = ranges.flatMap((range) => withinRange(pieces, range));
    return toSubnet(each, direction, here, subnet).map((piece) => ({
      piece,
      party: { kind: 'subnet', id: subnet.id },
    }));
  });
}

function withinRange(pieces: readonly Piece[], range: AddressRange): Piece[] {
  return pieces.flatMap((piece) => {
    const addresses =
      piece.box.family === range.family ? intersect(piece.box.addresses, range.addresses) : undefined;
    return addresses === undefined ? [] : [{ ...piece, box: { ...piece.box, addresses } }];
  });
}

function toSubnet(each: Interface, direction: Direction, pieces: readonly Piece[], subnet: Subnet): Piece[] {
  if (subnet === each.subnet) return [...pieces];
  const [ours, theirs] = [each.subnet.acl, subnet.acl];
  const out = direction === 'outbound';
  return pieces.flatMap((piece) => {
    const near = piece.box.family === 4 ? each.v4 : (each.v6 ?? EVERY_V6);
    const passed = throughFarAcl(
      throughAcl([piece], out ? ours.egress : ours.ingress),
      out ? theirs.ingress : theirs.egress,
      near,
    );
    return passed.flatMap((one) =>
      withReplies(
        [one],
        replyBoxes(one, out ? theirs.egress : theirs.ingress, near, out ? ours.ingress : ours.egress),
      ),
    );
  });
}

function throughGateway(
  each: Interface,
  direction: Direction,
  routed: readonly Piece[],
  target: Target,
): Piece[] {
  const out = direction === 'outbound';
  const { acl } = each.subnet;
  const passed = throughAcl(carried(each, direction, routed, target), out ? acl.egress : acl.ingress);
  const back = (out ? acl.ingress : acl.egress).map((grant) => grant.box);
  return withReplies(passed, back);
}

/** Members of a group outside the template are unknown; they may be in any network that this VPC is connected to. */
function outsideGroupFlows(each: Interface, direction: Direction): Flow[] {
  return rulesOf(each, direction).flatMap((rule): Flow[] => {
    if (rule.peer.kind !== 'group' || !rule.peer.key.startsWith('outside:')) return [];
    const party: Party = { kind: 'unknown', id: rule.peer.key.slice('outside:'.length) };
    return [{ ...fromRule(rule, EVERY_V4), machine: each.owner, direction, party }];
  });
}

function rulesOf(each: Interface, direction: Direction) {
  return each.groups.flatMap((group) => (direction === 'outbound' ? group.egress : group.ingress));
}
