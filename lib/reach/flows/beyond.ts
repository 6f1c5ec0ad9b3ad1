import { type AddressRange, EVERY_V4, EVERY_V6, parseCidr } from '../address/cidr';
import { internetOnly } from '../address/internet';
import { covers, intersect } from '../address/range';
import type { Interface, Machine, Network, Slice, Subnet, Target } from '../network/model';
import type { Control, Party } from '../report';
import { throughNat } from './nat';
import { blockParty } from './parties';
import { type Flow, fromRule, type Piece, throughAcl, throughFarAcl, throughRoute } from './piece';
import { replyBoxes, withReplies } from './replies';

type Direction = Flow['direction'];

/** Flows of one machine with whatever isn't an interface of the template: subnets, the internet, other networks. */
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
  return !NOWHERE.some((block) => block.family === range.family && covers(block.addresses, range.addresses));
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

/** Whatever else is, or comes to be, in the subnets of the same VPC. */
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

/** The part that the gateway itself carries. */
function carried(each: Interface, direction: Direction, pieces: readonly Piece[], target: Target): Piece[] {
  switch (target.kind) {
    case 'internet-gateway': {
      // It translates between a private address and its public one: no public address, no internet, either way.
      const control: Control = {
        kind: 'address',
        id: each.owner,
        rule: each.publicV4 ?? 'IPv6 addresses are public',
      };
      const able = pieces.filter((piece) => piece.box.family === 6 || each.publicV4 !== undefined);
      return onInternet(able).map((piece) => ({ ...piece, controls: [...piece.controls, control] }));
    }
    case 'egress-only-gateway':
      return direction === 'inbound' ? [] : onInternet(pieces.filter((piece) => piece.box.family === 6));
    case 'gateway-endpoint':
      return direction === 'inbound' ? [] : onInternet(pieces).flatMap(webPorts);
    case 'interface':
      return target.forwards ? [...pieces] : [];
    default:
      return [...pieces];
  }
}

export function onInternet(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => internetOnly([piece.box]).map((box) => ({ ...piece, box })));
}

/** Gateway endpoints (S3, DynamoDB) speak HTTP and HTTPS. */
function webPorts(piece: Piece): Piece[] {
  const { protocols, ports } = piece.box;
  if (protocols[0] > 6 || protocols[1] < 6) return [];
  return [80, 443]
    .filter((port) => ports[0] <= port && port <= ports[1])
    .map((port) => ({
      ...piece,
      box: { ...piece.box, protocols: [6, 6] as const, ports: [port, port] as const },
    }));
}

function partyBehind(target: Target, piece: Piece): Party {
  switch (target.kind) {
    case 'internet-gateway':
    case 'egress-only-gateway':
      return blockParty('internet', piece.named);
    case 'gateway-endpoint':
      return { kind: 'endpoint', id: target.id };
    case 'peer':
    case 'vpn':
      return blockParty(target.kind, piece.named, target.id);
    default:
      return blockParty('unknown', piece.named, 'id' in target ? target.id : undefined);
  }
}

/** Members of a group outside the template are unknown; they may be anywhere this VPC is joined to. */
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
