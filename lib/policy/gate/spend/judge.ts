import { MODEL_SPEND } from '../../../../constructs/names';
import { grantCommand } from '../../grant/ask';
import { type GateDecision, refusedAtGate } from '../decision';
import type { GatePolicy } from '../policy';
import type { GateRequest } from '../request';
import { type Charge, chargeOf } from './charge';
import { describeOverLimit, type SpendPeriod, type SpendSums } from './sums';
import { modelCall } from './vendors';

/** Too many tries of a client that waits for the next day are no use: the SDKs of the vendors repeat 429, and not 402. */
const STATUS = 402;
/** Seconds after which a box without a problem has reserved more. */
const RESERVING = 5;

/** What an agent's model calls may cost, and did. */
export interface Spending {
  readonly policy: Pick<GatePolicy, 'agent' | 'where' | 'spend'>;
  readonly sums: SpendSums;
  /** Why a charge can't be reserved. */
  readonly lacks: (microUsd: number) => string | undefined;
  /** Whether a live grant lifts the limits. */
  readonly granted: boolean;
  readonly now: number;
}

/** The limit that a charge would exceed. */
export interface SpendLimit {
  readonly period: SpendPeriod;
  readonly limitUsd: number;
}

export type SpendJudged =
  /** Nothing to charge, or no limit. */
  | { readonly kind: 'passes' }
  /** @param lifted Only the grant lets it pass. */
  | { readonly kind: 'charge'; readonly charge: Charge; readonly lifted: boolean }
  | { readonly kind: 'refused'; readonly decision: GateDecision; readonly limit?: SpendLimit };

const PASSES: SpendJudged = { kind: 'passes' };

/**
 * What the limits of an agent's spend say to an allowed request. Without the parsed body, by the head alone: whether its body is
 * worth reading.
 */
export function judgeSpend(spending: Spending, request: GateRequest, decision: GateDecision): SpendJudged {
  const { policy, sums, lacks, granted, now } = spending;
  if (policy.spend === undefined) return PASSES;
  const call = modelCall(request);
  if (call === undefined || call.kind === 'free') return PASSES;
  const { rule, risk, secret } = decision;
  const refused = (reason: string, status: number, limit?: SpendLimit, retryAfter?: number): SpendJudged => ({
    kind: 'refused',
    limit,
    decision: refusedAtGate('spend', reason, { rule, risk, secret, status, retryAfter }),
  });
  if (call.kind === 'unknown') return refused(`spend.model: ${call.why}`, 403);
  const noBody = `spend.model: rule ${rule} has no body, by which the gate would charge`;
  if (!decision.judgesBody) return refused(noBody, 403);
  const ask = `a person may lift the limit for a time: ${grantCommand(policy, MODEL_SPEND)} --for 1h --because "..."`;
  const isOver = (microUsd: number) => {
    const limitUsd = policy.spend?.monthlyUsd;
    if (sums.isBroken(now) && limitUsd !== undefined) {
      const why = `what this month's model calls cost is lost until it ends; ${ask}`;
      return refused(why, STATUS, { period: 'month', limitUsd });
    }
    const over = sums.over(microUsd, policy.spend ?? {}, now);
    if (over)
      return refused(`${describeOverLimit(policy.agent, over)}; ${ask}`, STATUS, over, over.retryAfter);
    const why = lacks(microUsd);
    return why === undefined ? undefined : refused(`spend.model: ${why}`, 503, undefined, RESERVING);
  };
  if (request.body === undefined) return (granted ? undefined : isOver(0)) ?? PASSES;
  if (decision.parsed === undefined) return refused(noBody, 403);
  const metered = chargeOf(call, decision.parsed, request.body.length, (decision.notes ?? []).length > 0);
  if (metered.kind === 'unbounded')
    return refused(
      `spend.model: a vendor may bill any sum for ${metered.what}, which the body asks for`,
      403,
    );
  const over = isOver(metered.charge.microUsd);
  return over && !granted ? over : { kind: 'charge', charge: metered.charge, lifted: over !== undefined };
}
