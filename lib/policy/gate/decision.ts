import type { Json } from '../body/json';
import type { DecidedBy, Decision } from '../decision';

/**
 * `body`: what the body says; `canary`: a made-up credential; `gate`: a limit of the gate; `cap`: a cap; `spend`: the limit of what model calls may cost;
 * `policy`: the gate has no policy yet; `record`: the record could not be written.
 */
export type GateDecidedBy = DecidedBy | 'body' | 'canary' | 'gate' | 'cap' | 'spend' | 'policy' | 'record';

export interface GateDecision extends Omit<Decision, 'by'> {
  readonly by: GateDecidedBy;
  /** The body is judged once iron-proxy has read it. */
  readonly judgesBody?: boolean;
  /** The judged body. */
  readonly parsed?: Json;
  /** What the body has that no rule knows, and that passes all the same. */
  readonly notes?: readonly string[];
  /** Id of the grant under which it passes. */
  readonly grant?: string;
  /** Seconds after which a client may try again. */
  readonly retryAfter?: number;
}

export function refusedAtGate(
  by: GateDecidedBy,
  reason: string,
  details: Partial<Omit<GateDecision, 'by' | 'reason' | 'allowed'>> = {},
): GateDecision {
  return { allowed: false, by, reason, secrets: [], ...details };
}
