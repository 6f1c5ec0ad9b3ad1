import { BlockList, isIP } from 'node:net';

/** What a proxy box never dials (NET-7). IMDS is in 169.254.0.0/16 and fc00::/7. */
const NEVER = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

interface Range {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: number;
}

/** Whether a list of CIDRs covers every range that must be denied. A list that can't be read covers nothing. */
export function deniesEverythingPrivate(list: readonly string[]): boolean {
  const denied = list.map(range);
  return NEVER.map(range).every(
    (needed) => needed !== undefined && denied.some((one) => covers(one, needed)),
  );
}

function covers(wide: Range | undefined, narrow: Range): boolean {
  if (wide === undefined || wide.family !== narrow.family || wide.bits > narrow.bits) return false;
  const block = new BlockList();
  block.addSubnet(wide.address, wide.bits, wide.family);
  return block.check(narrow.address, narrow.family);
}

function range(text: string): Range | undefined {
  const [address = '', bits = ''] = text.split('/');
  const version = isIP(address);
  const length = Number(bits);
  if (version === 0 || !/^[0-9]{1,3}$/.test(bits) || length > (version === 4 ? 32 : 128)) return undefined;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', bits: length };
}
