import { hasPorts, portsName, protocolName } from '../address/protocol';
import type { Flow } from '../flows/piece';
import type { Machine } from '../network/model';
import type { PartyKind, Violation } from '../report';
import { type Context, type Invariant, partners } from './context';

const FORBIDDEN: readonly PartyKind[] = [
  'machine',
  'interface',
  'endpoint',
  'connect-endpoint',
  'subnet',
  'peer',
  'vpn',
  'unknown',
];

/** An agent host can't reach another agent host, another proxy box or any endpoint of the VPC. */
export const net4: Invariant = {
  id: 'NET-4',
  check: (context) =>
    context.agentHosts.flatMap((host) => [...reached(context, host), ...endpointRoutes(host)]),
};

function reached(context: Context, host: Machine): Violation[] {
  const own = partners(context.proxyBoxes, host).map((box) => box.id);
  const lines = new Map<string, Violation>();
  for (const flow of context.flows) {
    const { party } = flow;
    if (flow.machine !== host.id || flow.direction !== 'outbound' || !FORBIDDEN.includes(party.kind))
      continue;
    if (party.kind === 'machine' && own.includes(party.id ?? '')) continue;
    const name = party.id ?? party.cidr ?? party.kind;
    lines.set(name, {
      invariant: 'NET-4',
      resource: host.id,
      message: `${host.id} reaches ${party.kind} ${name} on ${service(flow)}: ${via(flow)}`,
      fix: 'let the agent host reach nothing but its own proxy box',
    });
  }
  return [...lines.values()];
}

/** Only the security group blocks a gateway endpoint, which has no security group itself. */
function endpointRoutes(host: Machine): Violation[] {
  const routes = host.interfaces.flatMap((each) => each.subnet.tables.flatMap((table) => table.routes));
  return routes.flatMap((route) =>
    route.target.kind !== 'gateway-endpoint'
      ? []
      : [
          {
            invariant: 'NET-4',
            resource: host.id,
            message: `gateway endpoint ${route.id} is routed from the subnet of ${host.id}`,
            fix: `take the agents' route table out of ${route.id}`,
          },
        ],
  );
}

export function service(flow: Flow): string {
  const { protocols, ports } = flow.box;
  if (!hasPorts(protocols)) return protocolName(protocols) === 'all' ? 'all ports' : protocolName(protocols);
  return `${protocolName(protocols)} ${portsName([ports])}`;
}

export function via(flow: Flow): string {
  return flow.controls.map((control) => `${control.id} ${control.rule}`).join('; ');
}
