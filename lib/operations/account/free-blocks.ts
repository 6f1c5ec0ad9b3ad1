import { type AddressRange, formatRange, overlap, parseCidr } from '../../../constructs/address/cidr';

/** The aligned blocks of one size that a pool could still give, from the lowest, at most `most` of them. */
export function freeBlocks(
  pool: readonly string[],
  taken: readonly string[],
  prefix: number,
  most: number,
): string[] {
  const ranges = (blocks: readonly string[]) => blocks.flatMap((block) => parseCidr(block) ?? []);
  const used = ranges(taken);
  const size = 1n << BigInt(32 - prefix);
  const found: string[] = [];
  for (const { family, addresses } of ranges(pool)) {
    if (family !== 4) continue;
    const [low, high] = addresses;
    const start = ((low + size - 1n) / size) * size;
    for (let first = start; first + size - 1n <= high && found.length < most; first += size) {
      const block: AddressRange = { family, addresses: [first, first + size - 1n] };
      if (!used.some((each) => overlap(each, block))) found.push(formatRange(block));
    }
  }
  return found;
}
