import { isIPv4, isIPv6 } from 'node:net';
import { covers, intersect, type Range } from './range';

export type Family = 4 | 6;

/** Consecutive addresses of one family. */
export interface AddressRange {
  readonly family: Family;
  readonly addresses: Range<bigint>;
}

export const EVERY_V4: AddressRange = { family: 4, addresses: [0n, 2n ** 32n - 1n] };
export const EVERY_V6: AddressRange = { family: 6, addresses: [0n, 2n ** 128n - 1n] };

/** `10.0.0.0/8`, `10.1.2.3`, `2001:db8::/32`; host bits are ignored as AWS ignores them. Undefined for anything else. */
export function parseCidr(text: string): AddressRange | undefined {
  const [address = '', length, ...rest] = text.trim().split('/');
  if (rest.length > 0) return undefined;
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : undefined;
  if (family === undefined) return undefined;
  const bits = family === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const value = family === 4 ? parseV4(address) : parseV6(address);
  const low = value - (value % size);
  return { family, addresses: [low, low + size - 1n] };
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && covers(outer.addresses, inner.addresses);
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && intersect(a.addresses, b.addresses) !== undefined;
}

/** Number of fixed bits when the range is one CIDR block; else of the smallest block that holds it. */
export function prefixLength(range: AddressRange): number {
  const bits = range.family === 4 ? 32 : 128;
  let differing = range.addresses[0] ^ range.addresses[1];
  let free = 0;
  for (; differing > 0n; differing >>= 1n) free += 1;
  return bits - free;
}

/** Whether the range is exactly one CIDR block. */
export function isBlock({ addresses: [low, high] }: AddressRange): boolean {
  const size = high - low + 1n;
  return (size & (size - 1n)) === 0n && low % size === 0n;
}

/** As a CIDR block when it is one, else as `first-last`. */
export function formatRange(range: AddressRange): string {
  const [low, high] = range.addresses.map((address) => formatAddress(range.family, address));
  return isBlock(range) ? `${low}/${prefixLength(range)}` : `${low}-${high}`;
}

export function formatAddress(family: Family, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((value >> BigInt(112 - index * 16)) & 0xffffn),
  );
  // The longest run of zero groups is written "::" (RFC 5952), unless it is a single group.
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}

function parseV4(address: string): bigint {
  return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function parseV6(address: string): bigint {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const pair = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
    return `${pair(a, b)}:${pair(c, d)}`;
  });
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}
