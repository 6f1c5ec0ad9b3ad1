import { type AddressRange, overlap, parseCidr } from '../../../constructs/address/cidr';
import { INTERNAL_RANGES } from '../../../constructs/address/special-ranges';
import type { Machine, Route, Rule } from '../network/model';
import type { Violation } from '../report';
import { type Invariant, rulesOf } from './context';

const INTERNAL = Object.keys(INTERNAL_RANGES).map((block) => parseCidr(block) as AddressRange);

/** These carry no packet to a private address. */
const TO_THE_INTERNET = ['local', 'internet-gateway', 'nat-gateway', 'egress-only-gateway'];

/**
 * Where a proxy box's subnet is connected to other networks, neither its routes nor its security groups lead to a private
 * address: each alone keeps the box and those networks apart.
 */
export const net7: Invariant = {
  id: 'NET-7',
  check: ({ proxyBoxes }) => proxyBoxes.flatMap((box) => checkBox(box)),
};

function checkBox(box: Machine): Violation[] {
  const tables = new Set(box.interfaces.flatMap((each) => each.subnet.tables));
  const onward = [...tables]
    .flatMap((table) => table.routes)
    .filter(({ target }) => !TO_THE_INTERNET.includes(target.kind));
  if (onward.length === 0) return [];
  const add = (message: string, fix: string): Violation => ({
    invariant: 'NET-7',
    resource: box.id,
    message,
    fix,
  });
  return [
    ...onward
      .filter(leadsInside)
      .map(({ id, text }) =>
        add(
          `the subnet of ${box.id} has a route to private addresses: ${id} (${text})`,
          `lead ${id} to public addresses alone`,
        ),
      ),
    ...rulesOf(box, 'egress')
      .filter(letsInside)
      .map(({ control }) =>
        add(
          `${box.id} is let out to private addresses, and its subnet leads to other networks: ${control.id} ${control.rule}`,
          'allow out only public addresses',
        ),
      ),
  ];
}

function leadsInside({ range }: Route): boolean {
  return range === undefined || isInside(range);
}

/** Traffic to a group of the template stays in the VPC. */
function letsInside({ peer }: Rule): boolean {
  return peer.kind === 'ranges' && peer.ranges.some(isInside);
}

function isInside(range: AddressRange): boolean {
  return range.family === 4 && INTERNAL.some((block) => overlap(block, range));
}
