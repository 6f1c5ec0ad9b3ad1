import { PRIVATE_RANGES, SPECIAL_RANGES } from '../../../constructs/address/special-ranges';
import { shaped } from '../finding';

export interface Cidr {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** Four decimal numbers without leading zeros, as an unsigned 32-bit number. */
export function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!parts?.every((part) => Number(part) <= 255 && String(Number(part)) === part)) {
    return undefined;
  }
  return parts.reduce((address, part) => address * 256 + Number(part), 0);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function parseCidr(text: string): Cidr | undefined {
  const [, base, length] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const address = parseIpv4(base ?? '');
  const prefix = Number(length);
  if (address === undefined || prefix > 32 || String(prefix) !== length) {
    return undefined;
  }
  const size = 2 ** (32 - prefix);
  const first = address - (address % size);
  return { first, last: first + size - 1, prefix };
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first <= b.last && b.first <= a.last;
}

const cidrs = (...texts: string[]): Cidr[] => texts.map((text) => parseCidr(text) as Cidr);

const PRIVATE = cidrs(...Object.keys(PRIVATE_RANGES));
const NOT_PUBLIC = cidrs(...Object.keys(SPECIAL_RANGES));

/** RFC 1918, /16 to /24 (what a VPC takes and four subnets need), and the base address of its block. */
export const checkVpcCidr = shaped(/^(?:10|172|192)\.\d+\.\d+\.\d+\/(?:1[6-9]|2[0-4])$/, (text) => {
  const cidr = parseCidr(text);
  if (!cidr) {
    return { message: 'must be an IPv4 block', fix: 'write one such as "10.64.0.0/20"' };
  }
  if (!PRIVATE.some((block) => contains(block, cidr))) {
    return {
      message: 'must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
      fix: 'write a private block such as "10.64.0.0/20"',
    };
  }
  if (cidr.prefix < 16 || cidr.prefix > 24) {
    const message = 'must be between /16 and /24';
    return { message, fix: `write "${formatIpv4(cidr.first)}/${cidr.prefix < 16 ? 16 : 24}"` };
  }
  const base = `${formatIpv4(cidr.first)}/${cidr.prefix}`;
  return base === text
    ? undefined
    : { message: 'is not the first address of its block', fix: `write "${base}"` };
});

/** A public address: proxy boxes ask it over the internet, and NET-7 keeps them from every other range. */
export const checkResolver = shaped(/^\d{1,3}(?:\.\d{1,3}){3}$/, (text) => {
  const address = parseIpv4(text);
  if (address === undefined) {
    return { message: 'must be an IPv4 address', fix: 'write the address of a public DNS server' };
  }
  const block = { first: address, last: address, prefix: 32 };
  return NOT_PUBLIC.some((range) => contains(range, block))
    ? { message: 'is not a public address', fix: 'write the address of a public DNS server' }
    : undefined;
});
