import { type Cidr, formatIpv4, overlaps, parseCidr } from '../../config/values/ipv4';

/** The aligned blocks of one size that a pool could still give, from the lowest, at most `most` of them. */
export function freeBlocks(
  pool: readonly string[],
  taken: readonly string[],
  prefix: number,
  most: number,
): string[] {
  const used = taken.map(parseCidr).filter((each) => each !== undefined);
  const size = 2 ** (32 - prefix);
  const found: string[] = [];
  for (const range of pool.map(parseCidr)) {
    if (!range) continue;
    const start = Math.ceil(range.first / size) * size;
    for (let first = start; first + size - 1 <= range.last && found.length < most; first += size) {
      const block: Cidr = { first, last: first + size - 1, prefix };
      if (!used.some((each) => overlaps(each, block))) found.push(`${formatIpv4(first)}/${prefix}`);
    }
  }
  return found;
}
