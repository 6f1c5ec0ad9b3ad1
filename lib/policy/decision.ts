import type { Risk } from '../config/model';

/**
 * The part that decides: the box's front (`front`), Go's HTTP and TLS servers (`transport`), iron-proxy's checks before any
 * rule (`proxy`), the allowlist (`rules`), a high-risk rule that needs a grant (`grant`), a missing secret (`secret`), or
 * the addresses and ports that the box dials (`network`).
 */
export type DecidedBy = 'front' | 'transport' | 'proxy' | 'rules' | 'grant' | 'secret' | 'network';

export interface Decision {
  readonly allowed: boolean;
  /** The first rule that matches, in the agent's order; also for a refusal by grant or network. */
  readonly rule?: string;
  /** The secret that goes out with the request. For several, see `secrets`. */
  readonly secret?: string;
  /** Every secret in the request: each of several matching rules injects its own. */
  readonly secrets: readonly string[];
  readonly risk?: Risk;
  /** Of a request that passes: every rule in force that matches it. */
  readonly matching?: readonly string[];
  readonly by: DecidedBy;
  /** HTTP status of a refusal; absent when the request passes, or when the connection ends without an answer. */
  readonly status?: number;
  /** A sentence for a reviewer, without path and query, which may hold secrets. */
  readonly reason: string;
}

export type Details = Partial<Pick<Decision, 'rule' | 'secret' | 'secrets' | 'risk' | 'status'>>;

export function refused(by: DecidedBy, reason: string, details: Details = {}): Decision {
  return { allowed: false, by, reason, secrets: [], ...details };
}
