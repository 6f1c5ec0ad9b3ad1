import type { Network } from '../network/model';
import { beyondFlows } from './beyond';
import { linkFlows } from './links';
import { pairFlows } from './pairs';
import type { Flow } from './piece';

/** Every flow that a machine of the network can have. */
export function computeFlows(network: Network): Flow[] {
  return [
    ...pairFlows(network),
    ...network.machines.flatMap((machine) => [
      ...beyondFlows(network, machine),
      ...linkFlows(network, machine),
    ]),
  ];
}

export function flowsByMachine(flows: readonly Flow[]): Map<string, Flow[]> {
  const found = new Map<string, Flow[]>();
  for (const flow of flows) {
    const ours = found.get(flow.machine);
    if (ours === undefined) found.set(flow.machine, [flow]);
    else ours.push(flow);
  }
  return found;
}
