import type { Range } from '../../../constructs/address/range';

/** IP protocol numbers (IANA) by the names that AWS takes. */
export const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

export const EVERY_PROTOCOL: Range<number> = [0, 255];
export const EVERY_PORT: Range<number> = [0, 65535];

/** `tcp`, `6`, `-1`, 6 …; undefined for anything that AWS doesn't know. */
export function parseProtocol(value: unknown): Range<number> | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim().toLowerCase();
  if (text === '-1' || text === 'all') return EVERY_PROTOCOL;
  if (Object.hasOwn(PROTOCOLS, text)) {
    const number = PROTOCOLS[text as keyof typeof PROTOCOLS];
    return [number, number];
  }
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return undefined;
  return [Number(text), Number(text)];
}

/** Whether rules for this protocol have ports: for all others AWS ignores the port properties. */
export function hasPorts([low, high]: Range<number>): boolean {
  return low === high && (low === PROTOCOLS.tcp || low === PROTOCOLS.udp);
}

/** ICMP and ICMPv6, whose rules have a type and a code instead of ports. */
export function isIcmp([low, high]: Range<number>): boolean {
  return low === high && (low === PROTOCOLS.icmp || low === PROTOCOLS.icmpv6);
}

/** A type and code as one number, in the order of a packet; -1 is any. Undefined for others than exist. */
export function icmpPorts(type: number, code: number): Range<number> | undefined {
  if (type === -1) return EVERY_PORT;
  const isByte = (value: number) => value >= 0 && value <= 255;
  if (!isByte(type) || !(code === -1 || isByte(code))) return undefined;
  return code === -1 ? [type * 256, type * 256 + 255] : [type * 256 + code, type * 256 + code];
}

export function protocolName([low, high]: Range<number>): string {
  if (low === 0 && high === 255) return 'all';
  if (low !== high) return `protocols ${low}-${high}`;
  const known = Object.entries(PROTOCOLS).find(([, number]) => number === low);
  return known === undefined ? `protocol ${low}` : known[0];
}

/** `443`, `1024-65535`, `all`. */
export function portsName(ranges: readonly Range<number>[]): string {
  if (ranges.some(([low, high]) => low <= 0 && high >= 65535)) return 'all';
  return ranges.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)).join(', ');
}
