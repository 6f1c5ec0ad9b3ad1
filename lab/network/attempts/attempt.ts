import type { Proof } from '../../proof/proof';
import type { Roles } from '../plan/roles';
import type { LockId, ShutId, VariantId } from '../weakened/variants';

/** Whose namespace sends. `guest`: a container behind the agent host. */
export type Origin = 'agent' | 'guest' | 'ownProxy' | 'otherAgent' | 'internet' | 'endpoint';

/** One thing to send, in the words of `programs/prober.py`. */
export interface Probe {
  readonly do:
    | 'tcp'
    | 'udp'
    | 'icmp'
    | 'raw'
    | 'six'
    | 'arp'
    | 'dns'
    | 'http'
    | 'scan'
    | 'run'
    | 'start'
    | 'sees'
    | 'through';
  readonly to?: string;
  readonly port?: number;
  /** Sent from another namespace than the attempt's origin. */
  readonly by?: Origin;
  readonly [more: string]: unknown;
}

/** Programs (or files) that an attempt needs, and the Debian package of each. */
export type Needs = Readonly<Record<string, string>>;

/** What to send. A text says why this template has nothing to send it to. */
type Send = (roles: Roles) => readonly Probe[] | string;

/** An attack on the network. Its claim holds while nothing gets through. */
export interface NetworkAttempt extends Proof<Send, VariantId> {
  readonly from: Origin;
  readonly locks?: readonly LockId[];
  readonly needs?: Needs;
  /** It changes its machine: it runs alone, and these probes undo it. */
  readonly undo?: (roles: Roles) => readonly Probe[];
  /** It succeeds only if the agent sees the packets. @default if anybody else does, or if anybody answers */
  readonly seenBy?: 'agent';
}

/** Legitimate traffic. Its claim holds while every probe is answered. */
export interface NetworkControl extends Proof<Send, ShutId> {
  readonly from: Origin;
}

export const tcp = (to: string, ...ports: number[]): Probe[] =>
  ports.map((port) => ({ do: 'tcp', to, port }));
export const udp = (to: string, ...ports: number[]): Probe[] =>
  ports.map((port) => ({ do: 'udp', to, port }));
export const icmp = (...targets: string[]): Probe[] => targets.map((to) => ({ do: 'icmp', to }));
/** Commands that the attacker runs as root. The attempt goes on if one fails. */
export const shell = (...commands: string[]): Probe[] =>
  commands.map((command) => ({ do: 'run', command: command.split(' ') }));

const TITLES = {
  otherAgent: 'other agent host',
  otherProxy: 'other proxy box',
  endpoint: 'Instance Connect Endpoint',
  nat: 'NAT gateway',
} as const;

/** Probes to a machine that this template may not have. */
export const to =
  (role: keyof typeof TITLES, probes: (v4: string, roles: Roles) => readonly Probe[]): Send =>
  (roles) =>
    against(roles[role], TITLES[role], ({ v4 }) => probes(v4, roles));

/** Probes for something that this template may not have. */
export function against<T>(
  target: T | undefined,
  what: string,
  probes: (target: T) => readonly Probe[],
): readonly Probe[] | string {
  return target === undefined ? `this template has no ${what}` : probes(target);
}
