import type { Scene } from '../plan/scene';
import type { LockId, ShutId, VariantId } from '../weakened/variants';

/** From whose namespace it starts. `guest`: a container behind the agent host. */
export type Origin = 'agent' | 'guest' | 'ownProxy' | 'otherAgent' | 'internet' | 'endpoint';

/** One thing to send; the words are those of the program inside the namespace. */
export interface Probe {
  readonly do: 'tcp' | 'udp' | 'icmp' | 'raw' | 'six' | 'arp' | 'dns' | 'http' | 'scan' | 'run';
  readonly to?: string;
  readonly port?: number;
  /** Sent by somebody else than the attempt's origin. */
  readonly by?: Origin;
  readonly [more: string]: unknown;
}

/** One hostile attempt on the network. */
export interface Attempt {
  /** Group letter and number, never reused for another attempt. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** The invariant it attacks. */
  readonly invariant: string;
  /** What must stop it. */
  readonly stops: string;
  readonly from: Origin;
  /** The weakened template in which the very same must get through. */
  readonly weakened: VariantId;
  /** Locks of which each must stop it by itself. */
  readonly locks?: readonly LockId[];
  /** What to send; a text says why there is nothing to attack in this template. */
  readonly probes: (scene: Scene) => readonly Probe[] | string;
  /** It changes its machine: it runs by itself, and this undoes it. */
  readonly undo?: (scene: Scene) => readonly Probe[];
  /** Getting through means that this station of the scene saw it; by default, that anybody else did or answered. */
  readonly seenBy?: 'agent';
}

/** What must work, or a network that lets nothing through would pass every attempt. */
export interface Control {
  readonly id: string;
  readonly title: string;
  readonly from: Origin;
  readonly probes: (scene: Scene) => readonly Probe[] | string;
  /** Where it must fail; undefined: nothing in a template can close it. */
  readonly failsIn?: readonly ShutId[];
}

export const tcp = (to: string, ...ports: number[]): Probe[] =>
  ports.map((port) => ({ do: 'tcp', to, port }));
export const udp = (to: string, ...ports: number[]): Probe[] =>
  ports.map((port) => ({ do: 'udp', to, port }));
export const icmp = (...targets: string[]): Probe[] => targets.map((to) => ({ do: 'icmp', to }));
/** A command of the attacker's own root; a failure of it is part of the attempt. */
export const run = (...commands: string[]): Probe[] =>
  commands.map((command) => ({ do: 'run', command: command.split(' ') }));

/** Probes for somebody who may not exist in this template. */
export function against<T>(
  target: T | undefined,
  what: string,
  probes: (target: T) => readonly Probe[],
): readonly Probe[] | string {
  return target === undefined ? `this template has no ${what}` : probes(target);
}
