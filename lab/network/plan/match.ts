import {
  type AddressRange,
  EVERY_V4,
  EVERY_V6,
  formatAddress,
  formatRange,
  isBlock,
} from '../../../constructs/address/cidr';
import type { Box } from '../../../lib/reach/address/box';
import { hasPorts, isIcmp } from '../../../lib/reach/address/protocol';

/** The part of an nftables rule that matches packets by remote address, protocol and target port. */
export function matchOf(box: Box, side: 'saddr' | 'daddr'): string {
  return [addressMatch(box, side), protocolMatch(box), portMatch(box)]
    .filter((part) => part !== '')
    .join(' ');
}

function addressMatch({ family, addresses }: AddressRange, side: string): string {
  const [low, high] = (family === 4 ? EVERY_V4 : EVERY_V6).addresses;
  if (addresses[0] === low && addresses[1] === high) return `meta nfproto ipv${family}`;
  return `${family === 4 ? 'ip' : 'ip6'} ${side} ${rangeText({ family, addresses })}`;
}

function rangeText(range: AddressRange): string {
  if (isBlock(range)) return formatRange(range);
  return range.addresses.map((address) => formatAddress(range.family, address)).join('-');
}

function protocolMatch({ protocols: [low, high] }: Box): string {
  if (low === 0 && high === 255) return '';
  return `meta l4proto ${low === high ? low : `${low}-${high}`}`;
}

/**
 * Protocols without ports have nothing to match here (VPC user guide, "Security group rules"). For ICMP, the "port" is
 * its type and code, the first two bytes of its header.
 */
function portMatch({ protocols, ports: [low, high] }: Box): string {
  const place = hasPorts(protocols) ? 'th dport' : isIcmp(protocols) ? '@th,0,16' : undefined;
  if (place === undefined || (low <= 0 && high >= 65535)) return '';
  return `${place} ${low === high ? low : `${low}-${high}`}`;
}
