import { leavesTheMachine } from '../flows/beyond';
import type { Flow } from '../flows/piece';
import type { Machine, Network, Rule } from '../network/model';
import type { Violation } from '../report';

/** The argument of every check. */
export interface Context {
  readonly network: Network;
  readonly flows: readonly Flow[];
  readonly agentHosts: readonly Machine[];
  readonly proxyBoxes: readonly Machine[];
}

export interface Invariant {
  readonly id: string;
  readonly check: (context: Context) => Violation[];
}

/** The other machines of a machine's cell. */
export function partners(machines: readonly Machine[], machine: Machine): Machine[] {
  return machines.filter((each) => each.agent !== undefined && each.agent === machine.agent);
}

/** Every rule of one direction of every group on every interface, once. */
export function rulesOf(machine: Machine, direction: 'egress' | 'ingress'): Rule[] {
  return [...new Set(machine.interfaces.flatMap((each) => each.groups).flatMap((group) => group[direction]))];
}

/** Logical ids of a group's members; undefined when the template can't tell. */
export function membersOf(network: Network, key: string): Set<string> | undefined {
  if (key.startsWith('outside:')) return undefined;
  const interfaces = [...network.machines.flatMap((machine) => machine.interfaces), ...network.others];
  const members = interfaces.filter((each) => each.groups.some((group) => group.key === key));
  return new Set(members.map((each) => each.owner));
}

/** Whether a group has members and every one of them is among these. */
export function holdsOnly(network: Network, key: string, ids: ReadonlySet<string>): boolean {
  const members = membersOf(network, key);
  return members !== undefined && members.size > 0 && [...members].every((id) => ids.has(id));
}

/** CDK's placeholder, which matches no packet and keeps Amazon's default rule out of a group. */
export function matchesNothing(rule: Rule): boolean {
  return rule.peer.kind === 'ranges' && !rule.peer.ranges.some(leavesTheMachine);
}
