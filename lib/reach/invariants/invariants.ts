import type { Flow } from '../flows/piece';
import type { Network } from '../network/model';
import type { Violation } from '../report';
import type { Context, Invariant } from './context';
import { iam1 } from './iam-1';
import { imds1 } from './imds-1';
import { net1 } from './net-1';
import { net2 } from './net-2';
import { net3 } from './net-3';
import { net4 } from './net-4';
import { net5 } from './net-5';
import { net6 } from './net-6';
import { net7 } from './net-7';
import { vol1 } from './vol-1';
import { vol2 } from './vol-2';

/** The invariants of SECURITY.md that a template alone can prove or break. */
export const INVARIANTS: readonly Invariant[] = [
  net1,
  net2,
  net3,
  net4,
  net5,
  net6,
  net7,
  iam1,
  imds1,
  vol1,
  vol2,
];

/** Checks the machines with the kit's tags against every invariant. */
export function checkInvariants(network: Network, flows: readonly Flow[]): Violation[] {
  const context: Context = {
    network,
    flows,
    agentHosts: network.machines.filter((machine) => machine.part === 'agent-host'),
    proxyBoxes: network.machines.filter((machine) => machine.part === 'proxy-box'),
  };
  return INVARIANTS.flatMap((invariant) => invariant.check(context));
}
