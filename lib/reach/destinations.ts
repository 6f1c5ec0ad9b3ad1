import { type Range, union } from '../../constructs/address/range';
import { hasPorts, protocolName } from './address/protocol';
import type { Flow } from './flows/piece';
import type { Control, Destination } from './report';

/** Flows as lines of the report: one for each party, direction, protocol and set of reply ports, with all ports and controls. */
export function destinationsOf(flows: readonly Flow[]): Destination[] {
  const lines = new Map<
    string,
    { destination: Destination; ports: Range<number>[]; controls: Map<string, Control> }
  >();
  for (const flow of flows) {
    const protocol = protocolName(flow.box.protocols);
    const { direction, party, replyPorts } = flow;
    const replies = replyPorts === undefined ? 'all' : replyPorts.join();
    const key = [direction, party.kind, party.id, party.cidr, protocol, replies].join('\n');
    const line = lines.get(key) ?? {
      destination: {
        direction,
        destination: party,
        protocol,
        ports: [],
        ...(replyPorts && { replyPorts }),
        controls: [],
      },
      ports: [],
      controls: new Map<string, Control>(),
    };
    line.ports.push(hasPorts(flow.box.protocols) ? flow.box.ports : [0, 65535]);
    for (const control of flow.controls) line.controls.set(`${control.id}\n${control.rule}`, control);
    lines.set(key, line);
  }
  return [...lines.values()].map(({ destination, ports, controls }) => ({
    ...destination,
    ports: union(ports),
    controls: [...controls.values()],
  }));
}
