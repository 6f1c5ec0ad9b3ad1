import { isIP } from 'node:net';
import { contains, parseCidr } from '../../../constructs/address/cidr';
import { DOCUMENTATION_RANGES, SPECIAL_RANGES } from '../../../constructs/address/special-ranges';

/**
 * What a proxy box never dials (NET-7), whatever a name resolves to: the special-purpose IPv4 ranges, and every
 * IPv6 address, because the boxes have none and a mapped, translated or 6to4 address would otherwise be a way around.
 * iron-proxy unmaps `::ffff:a.b.c.d` before it compares, so the IPv4 lines cover those.
 */
export const NEVER_DIALLED: Readonly<Record<string, string>> = {
  ...SPECIAL_RANGES,
  '::/0': 'IPv6, instance metadata among it',
};

/** For `proxy.upstream_deny_cidrs`; the VPC's own range is named even where a private range holds it. */
export function denyCidrs(vpcCidr: string): readonly string[] {
  return [...new Set([...Object.keys(NEVER_DIALLED), vpcCidr])];
}

/**
 * The blocks that a deny list leaves open though NET-7 names them. A line that can't be read denies nothing. The
 * documentation ranges are no part of the law: nothing is there, and the lab's internet bears their addresses.
 */
export function leftOpen(denied: readonly string[], more: readonly string[] = []): readonly string[] {
  const ranges = denied.flatMap((block) => parseCidr(block) ?? []);
  const law = Object.keys(NEVER_DIALLED).filter((block) => !(block in DOCUMENTATION_RANGES));
  return [...law, ...more].filter((block) => {
    const needed = parseCidr(block);
    return !needed || !ranges.some((range) => contains(range, needed));
  });
}

/** Whether an address written as a host name is one of them. A name is not: only its address can tell. */
export function isNeverDialled(vpcCidr: string, host: string): boolean {
  const address = isIP(host) === 0 ? undefined : parseCidr(host);
  if (host.includes(':')) return true;
  return (
    address !== undefined &&
    denyCidrs(vpcCidr).some((block) => {
      const range = parseCidr(block);
      return range !== undefined && contains(range, address);
    })
  );
}
