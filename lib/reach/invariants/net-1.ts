import { type AddressRange, contains, formatRange } from '../../../constructs/address/cidr';
import type { Range } from '../../../constructs/address/range';
import { PROXY_TCP_PORTS, PROXY_UDP_PORTS } from '../../../constructs/names';
import { PROTOCOLS } from '../address/protocol';
import { hasFixedAddress } from '../network/interfaces';
import type { Grant, Machine, Network, Rule, Subnet } from '../network/model';
import type { Violation } from '../report';
import { type Context, holdsOnly, type Invariant, matchesNothing, partners, rulesOf } from './context';

/** An agent host's security group lets out only the proxy box's ports, only to its own proxy box. */
export const net1: Invariant = {
  id: 'NET-1',
  check: (context) =>
    context.agentHosts.flatMap((host) => [...firstLock(context, host), ...secondLock(context, host)]),
};

function firstLock(context: Context, host: Machine): Violation[] {
  const boxes = partners(context.proxyBoxes, host);
  if (boxes.length === 0) {
    return [
      violation(
        host,
        `${host.id} has no proxy box with its own airlock:agent tag`,
        'give its cell a proxy box',
      ),
    ];
  }
  return rulesOf(host, 'egress')
    .filter(
      (rule) => !matchesNothing(rule) && !(onlyProxyPorts(rule) && onlyTo(context.network, rule, boxes)),
    )
    .map((rule) =>
      violation(
        host,
        `${host.id} is let out past its own proxy box: ${rule.control.id} ${rule.control.rule}`,
        `allow only tcp ${PROXY_TCP_PORTS.join(', ')} and udp ${PROXY_UDP_PORTS.join(', ')} to the security group of ${boxes.map((box) => box.id).join(', ')}`,
      ),
    );
}

export function onlyProxyPorts(rule: Rule): boolean {
  if (only(rule.protocols, PROTOCOLS.tcp)) return within(rule.ports, PROXY_TCP_PORTS);
  return only(rule.protocols, PROTOCOLS.udp) && within(rule.ports, PROXY_UDP_PORTS);
}

export function only(range: Range<number>, value: number): boolean {
  return range[0] === value && range[1] === value;
}

export function within([from, to]: Range<number>, ports: readonly number[]): boolean {
  return (
    to - from < ports.length &&
    Array.from({ length: to - from + 1 }, (_, i) => from + i).every((port) => ports.includes(port))
  );
}

function onlyTo(network: Network, rule: Rule, boxes: readonly Machine[]): boolean {
  const { peer } = rule;
  if (peer.kind === 'machine') return boxes.some((box) => box.id === peer.id);
  if (peer.kind === 'group') return holdsOnly(network, peer.key, new Set(boxes.map((box) => box.id)));
  const fixed = boxes.flatMap((box) => box.interfaces).filter(hasFixedAddress);
  return peer.ranges.every((range) => fixed.some((each) => formatRange(each.v4) === formatRange(range)));
}

/** The network ACL of agent hosts must allow no more: only the proxies' and access subnets, both ways. */
function secondLock(context: Context, host: Machine): Violation[] {
  const { network, proxyBoxes } = context;
  const boxSubnets = proxyBoxes.flatMap((box) => box.interfaces.map((each) => each.subnet));
  const access = network.others.filter((each) => each.kind === 'connect-endpoint').map((each) => each.subnet);
  return [...new Set(host.interfaces.map((each) => each.subnet))].flatMap((subnet) => {
    if (boxSubnets.includes(subnet)) {
      return [
        violation(
          host,
          `${host.id} shares ${subnet.id} with a proxy box, so no network ACL filters between them`,
          'put agent hosts and proxy boxes into different subnets',
        ),
      ];
    }
    const allowed = [...boxSubnets, ...access].map((each: Subnet) => each.v4);
    const wide = [...subnet.acl.egress, ...subnet.acl.ingress].find((grant) => !inside(grant, allowed));
    if (wide === undefined) return [];
    const what = wide.control === undefined ? 'everything' : wide.control.rule;
    return [
      violation(
        host,
        `the second lock of ${host.id} is open: ${subnet.acl.id} lets through ${what}, beyond the proxies' subnet`,
        `give ${subnet.id} a network ACL that allows only the proxies' subnet and, for ssh, the Instance Connect Endpoint's`,
      ),
    ];
  });
}

function inside(grant: Grant, allowed: readonly AddressRange[]): boolean {
  return allowed.some((range) => contains(range, grant.box));
}

function violation(host: Machine, message: string, fix: string): Violation {
  return { invariant: 'NET-1', resource: host.id, message, fix };
}
