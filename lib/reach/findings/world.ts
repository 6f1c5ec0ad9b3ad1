import type { Family } from '../../../constructs/address/cidr';
import { type Range, union } from '../../../constructs/address/range';
import { WORLD } from '../address/internet';
import { hasPorts, portsName, protocolName } from '../address/protocol';
import type { Flow } from '../flows/piece';

/** Flows with the internet, or with a party that the template doesn't describe and that may lead there. */
export function worldFlows(flows: readonly Flow[], direction: Flow['direction'], family: Family): Flow[] {
  return flows.filter(
    (flow) =>
      flow.direction === direction &&
      flow.box.family === family &&
      (flow.party.kind === 'internet' || flow.party.kind === 'unknown'),
  );
}

/** Whether these flows together reach so much of the internet that they are no restriction. */
export function isWorld(flows: readonly Flow[]): boolean {
  let total = 0n;
  let end = -1n;
  for (const [low, high] of flows.map((flow) => flow.box.addresses).sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const from = low > end ? low : end + 1n;
    if (high >= from) total += high - from + 1n;
    if (high > end) end = high;
  }
  return total >= WORLD;
}

/** `tcp 443, udp 53`, or `every port`. */
export function servicesOf(flows: readonly Flow[]): string {
  const byProtocol = new Map<string, Range<number>[]>();
  for (const { box } of flows) {
    const name = protocolName(box.protocols);
    byProtocol.set(name, [...(byProtocol.get(name) ?? []), hasPorts(box.protocols) ? box.ports : [0, 65535]]);
  }
  if (byProtocol.has('all')) return 'every port';
  return [...byProtocol]
    .map(([name, ports]) => (name === 'tcp' || name === 'udp' ? `${name} ${portsName(union(ports))}` : name))
    .join(', ');
}

/** The rules that let these flows pass, each once. */
export function controlsOf(flows: readonly Flow[], kind: 'security-group' | 'route'): string {
  const texts = flows.flatMap((flow) => flow.controls.filter((control) => control.kind === kind));
  return [...new Set(texts.map((control) => `${control.id} ${control.rule}`))].slice(0, 3).join(', ');
}
