import { isIPv4 } from 'node:net';
import {
  type AddressRange,
  contains,
  formatAddress,
  formatRange,
  parseCidr,
  prefixLength,
} from '../../../constructs/address/cidr';
import { PRIVATE_RANGES, SPECIAL_RANGES } from '../../../constructs/address/special-ranges';
import { shaped } from '../finding';

const ranges = (blocks: Readonly<Record<string, string>>) =>
  Object.keys(blocks).map((block) => parseCidr(block) as AddressRange);

const PRIVATE = ranges(PRIVATE_RANGES);
const NOT_PUBLIC = ranges(SPECIAL_RANGES);

/** Accepts a private block (RFC 1918) with its first address, /16 (a VPC's largest) to /24 (room for four subnets). */
export const checkVpcCidr = shaped(/^(?:10|172|192)\.\d+\.\d+\.\d+\/(?:1[6-9]|2[0-4])$/, (text) => {
  const cidr = text.includes('/') ? parseCidr(text) : undefined;
  if (cidr?.family !== 4) {
    return { message: 'must be an IPv4 block', fix: 'write one such as "10.64.0.0/20"' };
  }
  if (!PRIVATE.some((block) => contains(block, cidr))) {
    return {
      message: 'must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
      fix: 'write a private block such as "10.64.0.0/20"',
    };
  }
  const prefix = prefixLength(cidr);
  if (prefix < 16 || prefix > 24) {
    const message = 'must be between /16 and /24';
    return { message, fix: `write "${formatAddress(4, cidr.addresses[0])}/${prefix < 16 ? 16 : 24}"` };
  }
  const base = formatRange(cidr);
  return base === text
    ? undefined
    : { message: 'is not the first address of its block', fix: `write "${base}"` };
});

/** Accepts a public address: proxy boxes ask it over the internet, and NET-7 refuses every other range. */
export const checkResolver = shaped(/^\d{1,3}(?:\.\d{1,3}){3}$/, (text) => {
  const address = isIPv4(text) ? parseCidr(text) : undefined;
  if (address === undefined) {
    return { message: 'must be an IPv4 address', fix: 'write the address of a public DNS server' };
  }
  return NOT_PUBLIC.some((range) => contains(range, address))
    ? { message: 'is not a public address', fix: 'write the address of a public DNS server' }
    : undefined;
});
