import { flowsByMachine } from '../flows/flows';
import type { Flow } from '../flows/piece';
import type { Network } from '../network/model';
import type { Violation } from '../report';
import { defaultGroup } from './default-group';
import type { Finding } from './finding';
import { metadata } from './metadata';
import { openIn } from './open-in';
import { openOut } from './open-out';
import { profileOpen } from './profile-open';
import { resolverOpen } from './resolver-open';

const FINDINGS: readonly Finding[] = [openOut, openIn, profileOpen, resolverOpen, metadata, defaultGroup];

/** Not for machines with the kit's tags: the invariants apply to those, and are stricter. */
export function findings(network: Network, flows: readonly Flow[]): Violation[] {
  const byMachine = flowsByMachine(flows);
  return network.machines
    .filter((machine) => machine.part !== 'agent-host' && machine.part !== 'proxy-box')
    .flatMap((machine) => {
      const ours = byMachine.get(machine.id) ?? [];
      return FINDINGS.flatMap((finding) => finding(network, machine, ours));
    });
}
