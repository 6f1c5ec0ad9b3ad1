import type { Risk } from '../config/model';

/**
 * What decides: Go's HTTP and TLS servers (`transport`), iron-proxy's own checks before any rule (`proxy`), the
 * allowlist (`rules`), a high-risk rule that needs a grant (`grant`), a secret that is missing (`secret`), the lock on
 * plaintext (`plaintext`), or what the box may dial (`network`).
 */
export type DecidedBy = 'transport' | 'proxy' | 'rules' | 'grant' | 'secret' | 'plaintext' | 'network';

export interface Decision {
  readonly allowed: boolean;
  /** The first rule that matches, in the agent's order; for a refusal by grant, plaintext or network too. */
  readonly rule?: string;
  /** The secret that goes out with it. When several rules match with several secrets, see `secrets`. */
  readonly secret?: string;
  /** Every secret on the wire: overlapping rules inject each of theirs. */
  readonly secrets: readonly string[];
  readonly risk?: Risk;
  readonly by: DecidedBy;
  /** HTTP status of a refusal; absent when it passes, or when the connection ends without an answer. */
  readonly status?: number;
  /** A sentence for a reviewer. Holds no path and no query: those may carry secrets. */
  readonly reason: string;
}

export type Details = Partial<Pick<Decision, 'rule' | 'secret' | 'secrets' | 'risk' | 'status'>>;

export function refused(by: DecidedBy, reason: string, details: Details = {}): Decision {
  return { allowed: false, by, reason, secrets: [], ...details };
}
