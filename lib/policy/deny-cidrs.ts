import { BlockList, isIPv4 } from 'node:net';
import type { Airlock } from '../config/model';

/**
 * What a proxy box never dials (NET-7), whatever a name resolves to: IANA's special-purpose IPv4 registry, and every
 * IPv6 address, because the boxes have none and a mapped, translated or 6to4 address would otherwise be a way around.
 * iron-proxy unmaps `::ffff:a.b.c.d` before it compares, so the IPv4 lines cover those.
 */
const NEVER_DIALLED: readonly string[] = [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: IMDS, the VPC resolver, time sync
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved and broadcast
  '::/0',
];

/** For `proxy.upstream_deny_cidrs`; the VPC's own range is named even where a private range holds it. */
export function denyCidrs(airlock: Airlock): readonly string[] {
  return [...new Set([...NEVER_DIALLED, airlock.network.cidr])];
}

/** Whether an address written as a host name is one of them. A name is not: only its address can tell. */
export function isNeverDialled(airlock: Airlock, host: string): boolean {
  if (host.includes(':')) return true;
  if (!isIPv4(host)) return false;
  const denied = new BlockList();
  for (const cidr of denyCidrs(airlock)) {
    const [network = '', bits = '32'] = cidr.split('/');
    if (isIPv4(network)) denied.addSubnet(network, Number(bits));
  }
  return denied.check(host);
}
