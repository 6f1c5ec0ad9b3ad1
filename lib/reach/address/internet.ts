import { type AddressRange, EVERY_V6, parseCidr } from '../../../constructs/address/cidr';
import { UNROUTED_RANGES } from '../../../constructs/address/special-ranges';
import type { Box } from './box';
import { subtractBoxes } from './box';
import { EVERY_PORT, EVERY_PROTOCOL } from './protocol';

/** Public IPv6 addresses are from 2000::/3 only. */
const INTERNET_V6 = '2000::/3';

/** An opening of this many addresses (a /8) or more is called open to the world. */
export const WORLD = 2n ** 24n;

/** The parts of these boxes that are on the internet. */
export function internetOnly(boxes: readonly Box[]): Box[] {
  const v4 = boxes.filter((box) => box.family === 4);
  const v6 = boxes.filter((box) => box.family === 6);
  const holes = Object.keys(UNROUTED_RANGES).map((block) => whole(parseCidr(block) as AddressRange));
  const outsideV6 = subtractBoxes([whole(EVERY_V6)], [whole(parseCidr(INTERNET_V6) as AddressRange)]);
  return [...subtractBoxes(v4, holes), ...subtractBoxes(v6, outsideV6)];
}

/** All protocols and ports of these addresses. */
export function whole(range: AddressRange): Box {
  return { family: range.family, addresses: range.addresses, protocols: EVERY_PROTOCOL, ports: EVERY_PORT };
}
