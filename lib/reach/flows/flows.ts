import type { Network } from '../network/model';
import { beyondFlows } from './beyond';
import { linkFlows } from './links';
import { pairFlows } from './pairs';
import type { Flow } from './piece';

/** Every flow that every machine of the network can have. */
export function computeFlows(network: Network): Flow[] {
  return [
    ...pairFlows(network),
    ...network.machines.flatMap((machine) => [
      ...beyondFlows(network, machine),
      ...linkFlows(network, machine),
    ]),
  ];
}
