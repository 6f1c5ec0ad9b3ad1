import { type AddressRange, overlap, prefixLength } from '../../../constructs/address/cidr';
import type { Range } from '../../../constructs/address/range';
import { type Box, intersectBoxes } from '../address/box';
import { EVERY_PORT } from '../address/protocol';
import type { Grant, Rule, Slice } from '../network/model';
import type { Control, Party } from '../report';

/** Packets that have passed every control listed. */
export interface Piece {
  readonly box: Box;
  /** The narrowest block that the controls name, for the report. */
  readonly named: AddressRange;
  readonly controls: readonly Control[];
  /** See `Destination.replyPorts`. */
  readonly replyPorts?: readonly Range<number>[];
}

/** Packets between one machine and one party. */
export interface Flow extends Piece {
  readonly machine: string;
  readonly direction: 'outbound' | 'inbound';
  readonly party: Party;
}

/** The packets that a security group's rule allows to or from these addresses. */
export function fromRule(rule: Rule, range: AddressRange): Piece {
  const box: Box = {
    family: range.family,
    addresses: range.addresses,
    protocols: rule.protocols,
    ports: rule.ports,
  };
  return { box, named: range, controls: [rule.control] };
}

/** The packets that the near network ACL lets through, by the address of the other end. */
export function throughAcl(pieces: readonly Piece[], grants: readonly Grant[]): Piece[] {
  return pieces.flatMap((piece) =>
    grants.flatMap((grant) => {
      const box = intersectBoxes(piece.box, grant.box);
      if (box === undefined) return [];
      const controls = grant.control === undefined ? piece.controls : [...piece.controls, grant.control];
      return [{ ...piece, box, named: narrower(piece.named, grant.named), controls }];
    }),
  );
}

/** The packets that the network ACL at the other end lets through, by the address of the near end. */
export function throughFarAcl(
  pieces: readonly Piece[],
  grants: readonly Grant[],
  near: AddressRange,
): Piece[] {
  return pieces.flatMap((piece) =>
    grants.flatMap((grant) => {
      if (!overlap(grant.box, near)) return [];
      const box = intersectBoxes(piece.box, {
        ...grant.box,
        family: piece.box.family,
        addresses: piece.box.addresses,
      });
      if (box === undefined) return [];
      const controls = grant.control === undefined ? piece.controls : [...piece.controls, grant.control];
      return [{ ...piece, box, controls }];
    }),
  );
}

/** The packets that take this route. */
export function throughRoute(pieces: readonly Piece[], slice: Slice): Piece[] {
  const { route } = slice;
  const control: Control = { kind: 'route', id: route.id, rule: route.text };
  return pieces.flatMap((piece) =>
    slice.ranges.flatMap((range) => {
      const box = intersectBoxes(piece.box, { ...range, protocols: piece.box.protocols, ports: EVERY_PORT });
      if (box === undefined) return [];
      return [
        { ...piece, box, named: narrower(piece.named, slice.named), controls: [...piece.controls, control] },
      ];
    }),
  );
}

export function narrower(a: AddressRange, b: AddressRange): AddressRange {
  return a.family === b.family && prefixLength(b) > prefixLength(a) ? b : a;
}
