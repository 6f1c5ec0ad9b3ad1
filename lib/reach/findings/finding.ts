import type { Flow } from '../flows/piece';
import type { Machine, Network } from '../network/model';
import type { Violation } from '../report';

/** One general law for machines that aren't the kit's. */
export type Finding = (network: Network, machine: Machine, flows: readonly Flow[]) => Violation[];
