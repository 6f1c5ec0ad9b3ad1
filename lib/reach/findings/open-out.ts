import type { Finding } from './finding';
import { controlsOf, isWorld, servicesOf, worldFlows } from './world';

/** A machine that reaches the whole internet can send anything anywhere, whatever runs on it. */
export const openOut: Finding = (_network, machine, flows) =>
  ([4, 6] as const).flatMap((family) => {
    const out = worldFlows(flows, 'outbound', family);
    if (!isWorld(out)) return [];
    const oneWay = out.every((flow) => flow.replyPorts?.length === 0) ? ', though no reply comes back' : '';
    const whole = family === 4 ? '0.0.0.0/0' : '::/0';
    return [
      {
        invariant: family === 4 ? 'OPEN-OUT' : 'OPEN-OUT-IPV6',
        resource: machine.id,
        message: `${machine.id} is open to the world: ${servicesOf(out)} to ${whole}${oneWay} (${controlsOf(out, 'security-group')}; ${controlsOf(out, 'route')})`,
        fix: 'name the destinations it needs, or let it reach nothing but an egress proxy',
      },
    ];
  });
