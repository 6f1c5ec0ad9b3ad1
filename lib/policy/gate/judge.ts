import { judgeByRules } from '../body';
import { decideAtGate, type Granted } from './decide';
import { type GateDecision, refusedAtGate } from './decision';
import { wrongFraming } from './framing';
import type { GatePolicy } from './policy';
import type { GateRequest } from './request';

/**
 * What the gate says to a request, to the length of its body, and to the body. Without the body, by the head alone: iron-proxy shows the body in a
 * second question, after it has read all of it. Pure and total.
 */
export function judgeAtGate(
  policy: GatePolicy,
  unset: ReadonlySet<string>,
  request: GateRequest,
  grants: readonly Granted[] = [],
): GateDecision {
  const decision = decideAtGate(policy, unset, request, grants);
  const { matching = [], risk, secret } = decision;
  const wrong = decision.allowed ? wrongFraming(request) : undefined;
  if (wrong) return { ...wrong, rule: decision.rule, risk, secret };
  const judging = Object.entries(policy.bodies ?? {}).map(([id, body]) => ({ id, body }));
  const isJudged = matching.some((id) => policy.bodies?.[id] !== undefined);
  if (!decision.allowed || !isJudged) return decision;
  const { framing } = request.headers;
  const head = {
    method: request.method,
    contentType: framing.get('content-type') ?? [],
    contentEncoding: framing.get('content-encoding') ?? [],
    contentLength: framing.get('content-length') ?? [],
  };
  const judged = judgeByRules(judging, matching, head, request.body);
  if (judged.ok) return { ...decision, judgesBody: true, notes: judged.notes };
  const { rule, status, reason } = judged;
  return refusedAtGate('body', reason, { rule, risk, secret, status });
}
