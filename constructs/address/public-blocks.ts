import { type AddressRange, contains, EVERY_V4, formatRange, overlap, parseCidr } from './cidr';
import { INTERNAL_RANGES, MULTICAST_AND_RESERVED } from './special-ranges';

/** All IPv4 addresses but these, as few CIDR blocks as there can be, in order. */
export function blocksWithout(excluded: readonly AddressRange[], within = EVERY_V4): string[] {
  const [low, high] = within.addresses;
  if (excluded.some((range) => contains(range, within))) return [];
  if (!excluded.some((range) => overlap(range, within))) return [formatRange(within)];
  const middle = (low + high + 1n) / 2n;
  return [
    ...blocksWithout(excluded, { family: 4, addresses: [low, middle - 1n] }),
    ...blocksWithout(excluded, { family: 4, addresses: [middle, high] }),
  ];
}

/**
 * Every address that is on no team's own network, 37 blocks: a security group takes 60 rules, and a route table took 50 routes before 2025.
 * Multicast and reserved addresses are left out because that makes them one less; loopback and link-local ones would make
 * them 14 more, and no gateway carries those.
 */
export const PUBLIC_BLOCKS: readonly string[] = blocksWithout(
  Object.keys({ ...INTERNAL_RANGES, ...MULTICAST_AND_RESERVED }).map(
    (block) => parseCidr(block) as AddressRange,
  ),
);
