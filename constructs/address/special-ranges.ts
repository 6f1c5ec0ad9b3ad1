import { parseCidr } from './cidr';

/**
 * IANA's special-purpose IPv4 registry, multicast and reserved blocks: no public server has an address there (RFC 6890).
 * This is the only list; each reader takes the part it needs.
 */
export const PRIVATE_RANGES: Readonly<Record<string, string>> = {
  '10.0.0.0/8': 'private',
  '172.16.0.0/12': 'private',
  '192.168.0.0/16': 'private',
};

/** What the networks of a team have: private ranges, and the shared one (RFC 6598). */
export const INTERNAL_RANGES: Readonly<Record<string, string>> = {
  '100.64.0.0/10': 'carrier-grade NAT',
  ...PRIVATE_RANGES,
};

export const MULTICAST_AND_RESERVED: Readonly<Record<string, string>> = {
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved and broadcast',
};

/** Blocks for examples, which no network uses. */
export const DOCUMENTATION_RANGES: Readonly<Record<string, string>> = {
  '192.0.2.0/24': 'documentation',
  '198.51.100.0/24': 'documentation',
  '203.0.113.0/24': 'documentation',
};

/** What no internet gateway carries. */
export const UNROUTED_RANGES: Readonly<Record<string, string>> = {
  '0.0.0.0/8': 'this host',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local: instance metadata, the VPC resolver, time sync',
  ...MULTICAST_AND_RESERVED,
  ...INTERNAL_RANGES,
};

/** Every one of them, by address. */
export const SPECIAL_RANGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    ...UNROUTED_RANGES,
    ...DOCUMENTATION_RANGES,
    '192.0.0.0/24': 'protocol assignments',
    '192.88.99.0/24': '6to4 relays',
    '198.18.0.0/15': 'benchmarks',
  }).sort(([a], [b]) => (firstOf(a) < firstOf(b) ? -1 : 1)),
);

function firstOf(block: string): bigint {
  return parseCidr(block)?.addresses[0] ?? 0n;
}
