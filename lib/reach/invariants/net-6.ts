import { prefixLength } from '../../../constructs/address/cidr';
import { internetOnly, whole } from '../address/internet';
import { PROTOCOLS } from '../address/protocol';
import type { Rule } from '../network/model';
import { type Invariant, matchesNothing, rulesOf } from './context';
import { only } from './net-1';

/** A proxy box's egress is tcp 443 anywhere and port 53 to named public resolvers. */
export const net6: Invariant = {
  id: 'NET-6',
  check: ({ proxyBoxes }) =>
    proxyBoxes.flatMap((box) =>
      rulesOf(box, 'egress')
        .filter((rule) => !matchesNothing(rule) && !isTls(rule) && !isResolver(rule))
        .map((rule) => ({
          invariant: 'NET-6',
          resource: box.id,
          message: `${box.id} is let out on more than TLS: ${rule.control.id} ${rule.control.rule}`,
          fix: 'allow out only tcp 443, and port 53 to the address of each resolver',
        })),
    ),
};

function isTls(rule: Rule): boolean {
  return only(rule.protocols, PROTOCOLS.tcp) && only(rule.ports, 443);
}

function isResolver(rule: Rule): boolean {
  const dns = only(rule.protocols, PROTOCOLS.tcp) || only(rule.protocols, PROTOCOLS.udp);
  if (!dns || !only(rule.ports, 53) || rule.peer.kind !== 'ranges') return false;
  return rule.peer.ranges.every(
    (range) =>
      prefixLength(range) === (range.family === 4 ? 32 : 128) && internetOnly([whole(range)]).length > 0,
  );
}
