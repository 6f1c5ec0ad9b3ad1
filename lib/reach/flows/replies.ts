import { type AddressRange, isBlock, overlap } from '../../../constructs/address/cidr';
import { covers, intersect, type Range, union } from '../../../constructs/address/range';
import type { Box } from '../address/box';
import { EVERY_PORT } from '../address/protocol';
import type { Grant } from '../network/model';
import type { Piece } from './piece';

/** Source ports of ordinary clients: Linux's default (`net.ipv4.ip_local_port_range`). */
const CLIENT_PORTS: Range<number> = [32768, 60999];

/**
 * Splits pieces by which replies come back. A security group lets replies through without a rule, a network ACL doesn't:
 * `replyBoxes` are the packets that every network ACL on the way back lets through; their ports are the client's.
 */
export function withReplies(pieces: readonly Piece[], replyBoxes: readonly Box[]): Piece[] {
  return pieces.flatMap((piece) => splitByReplies(piece, replyBoxes));
}

/** The packets that both network ACLs let through on the way back. */
export function replyBoxes(
  piece: Piece,
  far: readonly Grant[],
  farSees: AddressRange,
  near: readonly Grant[],
): Box[] {
  const back = far.filter((grant) => overlap(grant.box, farSees)).map((grant) => grant.box);
  return near.flatMap(({ box }) =>
    back.flatMap((other) => {
      const protocols = intersect(box.protocols, other.protocols);
      const ports = intersect(box.ports, other.ports);
      if (box.family !== piece.box.family || protocols === undefined || ports === undefined) return [];
      return [{ family: box.family, addresses: box.addresses, protocols, ports }];
    }),
  );
}

function splitByReplies(piece: Piece, replies: readonly Box[]): Piece[] {
  const { box } = piece;
  const relevant = replies.filter(
    (reply) => overlap(reply, box) && intersect(reply.protocols, box.protocols),
  );
  const ordinary = relevant.some(
    (reply) =>
      covers(reply.addresses, box.addresses) &&
      covers(reply.protocols, box.protocols) &&
      covers(reply.ports, CLIENT_PORTS),
  );
  if (ordinary) return [piece];
  const protocolCuts = cuts(
    box.protocols,
    relevant.map((reply) => reply.protocols),
    1,
  );
  const addressCuts = cuts(
    box.addresses,
    relevant.map((reply) => reply.addresses),
    1n,
  );
  return protocolCuts.flatMap((protocols) => {
    const cells = addressCuts.map((addresses) => ({
      addresses,
      ports: replyPorts(relevant, addresses, protocols),
    }));
    return joined(cells).map(({ addresses, ports }) => {
      const cell = { ...piece, named: nameOf(piece, addresses), box: { ...box, protocols, addresses } };
      return ports.some((range) => covers(range, CLIENT_PORTS)) ? cell : { ...cell, replyPorts: ports };
    });
  });
}

/** The block's own name for a part that is a block. */
function nameOf({ named, box }: Piece, addresses: Range<bigint>): AddressRange {
  const part: AddressRange = { family: box.family, addresses };
  return covers(addresses, box.addresses) || !isBlock(part) ? named : part;
}

function replyPorts(
  replies: readonly Box[],
  addresses: Range<bigint>,
  protocols: Range<number>,
): Range<number>[] {
  const fitting = replies.filter(
    (reply) => covers(reply.addresses, addresses) && covers(reply.protocols, protocols),
  );
  return union(fitting.map((reply) => intersect(reply.ports, EVERY_PORT) ?? EVERY_PORT));
}

interface Cell {
  readonly addresses: Range<bigint>;
  readonly ports: readonly Range<number>[];
}

/** Joins neighbouring cells with the same replies. */
function joined(cells: readonly Cell[]): Cell[] {
  const result: Cell[] = [];
  for (const cell of cells) {
    const last = result.at(-1);
    if (last !== undefined && String(last.ports) === String(cell.ports)) {
      result[result.length - 1] = { ...cell, addresses: [last.addresses[0], cell.addresses[1]] };
    } else {
      result.push(cell);
    }
  }
  return result;
}

/** Cuts the whole at every edge of the parts, so that each part covers a cell entirely or not at all. */
function cuts<T extends number | bigint>(whole: Range<T>, parts: readonly Range<T>[], one: T): Range<T>[] {
  const starts = new Set<T>([whole[0]]);
  for (const part of parts) {
    if (part[0] > whole[0] && part[0] <= whole[1]) starts.add(part[0]);
    const after = ((part[1] as bigint) + (one as bigint)) as T;
    if (after > whole[0] && after <= whole[1]) starts.add(after);
  }
  const sorted = [...starts].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((start, index) => {
    const next = sorted[index + 1];
    return [start, next === undefined ? whole[1] : (((next as bigint) - (one as bigint)) as T)];
  });
}
