import { type AddressRange, contains } from '../../../constructs/address/cidr';
import { covers, intersect, type Range } from '../../../constructs/address/range';

/**
 * A set of packets as a box: addresses of the other end × protocols × destination ports. A rule, a network ACL and a route
 * each let a list of boxes through; together they let their intersection through.
 */
export interface Box extends AddressRange {
  readonly protocols: Range<number>;
  readonly ports: Range<number>;
}

export function intersectBoxes(a: Box, b: Box): Box | undefined {
  if (a.family !== b.family) return undefined;
  const addresses = intersect(a.addresses, b.addresses);
  const protocols = intersect(a.protocols, b.protocols);
  const ports = intersect(a.ports, b.ports);
  if (addresses === undefined || protocols === undefined || ports === undefined) return undefined;
  return { family: a.family, addresses, protocols, ports };
}

export function boxCovers(outer: Box, inner: Box): boolean {
  return (
    contains(outer, inner) && covers(outer.protocols, inner.protocols) && covers(outer.ports, inner.ports)
  );
}

/** `a` without `b`, as disjoint boxes (at most six). */
export function subtractBox(a: Box, b: Box): Box[] {
  const common = intersectBoxes(a, b);
  if (common === undefined) return [a];
  const rest: Box[] = [];
  if (a.addresses[0] < common.addresses[0]) {
    rest.push({ ...a, addresses: [a.addresses[0], common.addresses[0] - 1n] });
  }
  if (common.addresses[1] < a.addresses[1]) {
    rest.push({ ...a, addresses: [common.addresses[1] + 1n, a.addresses[1]] });
  }
  const inAddresses = { ...a, addresses: common.addresses };
  for (const protocols of outside(a.protocols, common.protocols)) rest.push({ ...inAddresses, protocols });
  const inProtocols = { ...inAddresses, protocols: common.protocols };
  for (const ports of outside(a.ports, common.ports)) rest.push({ ...inProtocols, ports });
  return rest;
}

/** `boxes` without any of `others`. */
export function subtractBoxes(boxes: readonly Box[], others: readonly Box[]): Box[] {
  return others.reduce<Box[]>((rest, other) => rest.flatMap((box) => subtractBox(box, other)), [...boxes]);
}

function outside(whole: Range<number>, part: Range<number>): Range<number>[] {
  const rest: Range<number>[] = [];
  if (whole[0] < part[0]) rest.push([whole[0], part[0] - 1]);
  if (part[1] < whole[1]) rest.push([part[1] + 1, whole[1]]);
  return rest;
}
