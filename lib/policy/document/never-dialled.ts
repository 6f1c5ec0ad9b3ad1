import { isIP } from 'node:net';
import { contains, parseCidr } from '../../../constructs/address/cidr';
import { DOCUMENTATION_RANGES, SPECIAL_RANGES } from '../../../constructs/address/special-ranges';

/**
 * Addresses that a proxy box never dials (NET-7), whatever a name resolves to: the special-purpose IPv4 ranges, and all of
 * IPv6, because the boxes have none, and a translated or 6to4 address would lead to a refused IPv4 one. iron-proxy unmaps
 * `::ffff:a.b.c.d` before it compares, so the IPv4 lines cover those.
 */
export const NEVER_DIALLED: Readonly<Record<string, string>> = {
  ...SPECIAL_RANGES,
  '::/0': 'IPv6, instance metadata among it',
};

/** For `proxy.upstream_deny_cidrs`; it names the VPC's own range even if a private range contains it. */
export function denyCidrs(vpcCidr: string): readonly string[] {
  return [...new Set([...Object.keys(NEVER_DIALLED), vpcCidr])];
}

/**
 * The blocks of NET-7 that a deny list doesn't cover. An unreadable line covers nothing. The documentation ranges aren't
 * part of the law: nobody uses them, and the lab's internet has their addresses.
 */
export function leftOpen(denied: readonly string[], more: readonly string[] = []): readonly string[] {
  const ranges = denied.flatMap((block) => parseCidr(block) ?? []);
  const law = Object.keys(NEVER_DIALLED).filter((block) => !(block in DOCUMENTATION_RANGES));
  return [...law, ...more].filter((block) => {
    const needed = parseCidr(block);
    return !needed || !ranges.some((range) => contains(range, needed));
  });
}

/** Whether an address in a host's place is one of them. False for a name: only its address could tell. */
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
