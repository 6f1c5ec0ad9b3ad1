import { judgeByRules } from '../body';
import { WITH_BODY } from '../body/judge';
import { constraintRule } from '../grant/body-constraint';
import { decideAtGate } from './decide';
import { type GateDecision, refusedAtGate } from './decision';
import { wrongFraming } from './framing';
import type { GateRequest } from './request';
import type { GateRules, Granted } from './rules';

/**
 * Judges a request: its head, the length of its body, and the body where it is there. iron-proxy asks before it has the body, and
 * asks again when it has read all of it. Pure and total.
 */
export function judgeAtGate(
  rules: GateRules,
  request: GateRequest,
  grants: readonly Granted[] = [],
): GateDecision {
  const decision = decideAtGate(rules, request, grants);
  const { matching = [], risk, secret } = decision;
  const wrong = decision.allowed ? wrongFraming(request) : undefined;
  if (wrong) return { ...wrong, rule: decision.rule, risk, secret };
  const narrowing = grants.flatMap(({ rule, body }) =>
    body ? [{ id: rule, body: constraintRule(body) }] : [],
  );
  const isJudged = [...rules.bodies, ...narrowing].some(({ id }) => matching.includes(id));
  if (!decision.allowed || !isJudged) return decision;
  const narrowed = narrowing.find(({ id }) => matching.includes(id));
  if (narrowed && !WITH_BODY.includes(request.method))
    return refusedAtGate('body', `the grant of ${narrowed.id} is only for requests with a body`, {
      ...{ rule: narrowed.id, risk, secret, status: 403 },
    });
  const { framing } = request.headers;
  const head = {
    method: request.method,
    contentType: framing.get('content-type') ?? [],
    contentEncoding: framing.get('content-encoding') ?? [],
    contentLength: framing.get('content-length') ?? [],
    query: request.target.slice(request.target.indexOf('?') + 1 || request.target.length),
  };
  const own = judgeByRules(rules.bodies, matching, head, request.body);
  const also = judgeByRules(narrowing, matching, head, request.body);
  const judged = own.ok && !also.ok ? also : own;
  if (judged.ok)
    return { ...decision, judgesBody: true, notes: judged.notes, parsed: own.ok ? own.value : undefined };
  const { rule, status, reason } = judged;
  return refusedAtGate('body', reason, { rule, risk, secret, status });
}
