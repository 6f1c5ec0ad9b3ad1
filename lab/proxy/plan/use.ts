import type { Observation, Proof } from '../../proof/proof';
import { type Accountable, decodedPath } from './records';
import type { Arrival, Exchange, OrdinaryRequest, Reply } from './wire';

export interface UseSeen {
  readonly replies: readonly Reply[];
  readonly arrivals: readonly Arrival[];
  /** What came of commands on the agent host. */
  readonly commands: readonly { readonly status: number; readonly output: string }[];
}

export type UseStep =
  | { readonly exchange: Exchange }
  | { readonly ordinary: OrdinaryRequest }
  /** May hold the mark as `@TOKEN@`. Runs as programs on an agent host do: the proxy box resolves, the agent's CA is trusted. */
  | { readonly command: readonly string[] };

/** Something that a policy lets an agent do. It must work, and must fail while the proxy box is stopped. */
export interface Use extends Proof<readonly UseStep[], 'stopped'> {
  readonly agent: string;
  /** What is wrong; undefined if it works. */
  readonly fault: (seen: UseSeen) => string | undefined;
  /** What was seen when it works. @default 'works' */
  readonly saw?: (seen: UseSeen) => string;
}

export interface UseResult {
  readonly observation: Observation;
  /** What the audit log of its proxy box must hold of it. */
  readonly requests: readonly Accountable[];
}

/** What must be in the audit log: each request that reached a server. */
export function requestsOf(arrivals: readonly Arrival[]): Accountable[] {
  return arrivals.map(({ method, host, target, secrets }) => ({
    method,
    host,
    path: decodedPath(target),
    secrets: secrets.map(({ id }) => id),
  }));
}
