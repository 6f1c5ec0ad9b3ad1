import { internetOnly } from '../address/internet';
import type { Interface, Network, Subnet, Target } from '../network/model';
import type { Party } from '../report';
import { blockParty } from './parties';
import { type Piece, throughAcl, throughFarAcl, throughRoute } from './piece';
import { replyBoxes, withReplies } from './replies';

interface Arrival {
  readonly piece: Piece;
  readonly party: Party;
}

/**
 * Through a NAT gateway: out of the machine's subnet, into the gateway's subnet, if it has one, and out of it, through the
 * network ACLs of both. The gateway has no security group. It lets nothing in.
 */
export function throughNat(
  network: Network,
  each: Interface,
  routed: readonly Piece[],
  target: Extract<Target, { kind: 'nat-gateway' }>,
): Arrival[] {
  const { acl } = each.subnet;
  const subnet = network.natSubnets.get(target.id);
  if (subnet === undefined) {
    const sent = throughAcl(routed, acl.egress);
    const back = acl.ingress.map((grant) => grant.box);
    return withReplies(sent, back).map((piece) => ({ piece, party: blockParty('internet', piece.named) }));
  }
  const crossing = subnet !== each.subnet;
  const entered = crossing
    ? throughFarAcl(throughAcl(routed, acl.egress), subnet.acl.ingress, each.v4)
    : routed;
  const left = throughAcl(entered, subnet.acl.egress);
  const answered = left.flatMap((piece) => {
    const home = crossing
      ? withReplies([piece], replyBoxes(piece, subnet.acl.egress, each.v4, acl.ingress))
      : [piece];
    return home.flatMap((one) => throughOuterSide(one, subnet));
  });
  const slices = subnet.tables.flatMap((table) => table.slices);
  return slices.flatMap((slice) =>
    throughRoute(answered, slice).flatMap((piece) => behind(piece, slice.route.target, target.isPublic)),
  );
}

/** Replies come to the gateway's own source ports (1024 to 65535); if none may, traffic is one-way. */
function throughOuterSide(piece: Piece, subnet: Subnet): Piece[] {
  const outer = withReplies(
    [{ ...piece, replyPorts: undefined }],
    subnet.acl.ingress.map((grant) => grant.box),
  );
  return outer.map((each) =>
    each.replyPorts?.length === 0 ? each : { ...each, replyPorts: piece.replyPorts },
  );
}

function behind(piece: Piece, target: Target, isPublic: boolean): Arrival[] {
  switch (target.kind) {
    case 'internet-gateway': {
      if (!isPublic) return [];
      // IPv6 through a NAT gateway is NAT64: its addresses are IPv4 addresses in IPv6 form.
      const boxes = piece.box.family === 6 ? [piece.box] : internetOnly([piece.box]);
      return boxes.map((box) => ({ piece: { ...piece, box }, party: blockParty('internet', piece.named) }));
    }
    case 'peer':
    case 'vpn':
      return [{ piece, party: blockParty(target.kind, piece.named, target.id) }];
    case 'unknown':
      return [{ piece, party: blockParty('unknown', piece.named, target.id) }];
    default:
      return [];
  }
}
