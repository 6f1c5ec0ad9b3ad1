import { type AddressRange, formatAddress } from '../../../constructs/address/cidr';

/** The lab's internet has documentation addresses only (RFC 5737, RFC 3849): no real host has them. */
export const INTERNET = {
  attacker: '192.0.2.10',
  /** Other hosts of the attacker, in every documentation block. */
  others: ['192.0.2.77', '203.0.113.10', '203.0.113.200'],
  /** Servers of the attacker's tools have these addresses for themselves: no echo answers there. */
  tools: ['192.0.2.66', '192.0.2.67'],
  /** A resolver that the template doesn't name. */
  otherResolver: '192.0.2.99',
  /** Answers for the resolvers that the template names, where the proxy boxes run. */
  publicResolver: '203.0.113.53',
  router: '192.0.2.254',
  gateway: '192.0.2.253',
  v6: '2001:db8:ffff::10',
} as const;

/** Public addresses of the stack's own machines. */
export const PUBLIC_BLOCK = '198.51.100.0/24';

/** The lab assumes this region: a template doesn't say one. */
export const LAB_REGION = 'us-east-1';

export const LINK_LOCAL = {
  resolver: '169.254.169.253',
  metadata: '169.254.169.254',
  time: '169.254.169.123',
  router: '169.254.171.253',
  services: '169.254.171.254',
  metadataBlock: '169.254.171.0/24',
} as const;

export const publicAddress = (index: number) => `198.51.100.${index + 1}`;
export const v6Address = (subnet: number, index: number) =>
  `2001:db8:64:${subnet}::${(index + 16).toString(16)}`;
export const metadataAddress = (index: number) => `169.254.171.${index + 1}`;

/** AWS keeps the first four addresses of a subnet and the last; the second is the VPC router's. */
export function hostAddress(subnet: AddressRange, index: number): string {
  return formatAddress(4, subnet.addresses[0] + 4n + BigInt(index));
}

export function routerAddress(subnet: AddressRange): string {
  return formatAddress(4, subnet.addresses[0] + 1n);
}

export function resolverAddress(vpc: AddressRange): string {
  return formatAddress(4, vpc.addresses[0] + 2n);
}
