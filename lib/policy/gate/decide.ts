import { decide } from '../decide';
import type { DecidedAgent } from '../decided';
import type { Decision } from '../decision';
import { absurd } from './absurd';
import { type GateDecision, refusedAtGate } from './decision';
import type { GateRequest } from './request';
import { type GateRules, type Granted, underGrants } from './rules';

/**
 * What the gate says to a request, without caps and bodies: the same decision as `explain`, after the checks that iron-proxy
 * lacks. Pure and total.
 *
 * @param grants The live ones.
 */
export function decideAtGate(
  rules: GateRules,
  request: GateRequest,
  grants: readonly Granted[] = [],
): GateDecision {
  const wrong = absurd(request, rules.disguises);
  if (wrong !== undefined) return wrong;
  const decision = decideBy(rules, rules.set, request, grants);
  const grant = grants.find(({ rule }) => decision.allowed && rule === decision.rule);
  if (grant)
    return {
      ...decision,
      risk: 'high',
      grant: grant.id,
      reason: `${decision.reason}, by the grant ${grant.id}`,
    };
  // iron-proxy says 502 after it has tried, and where the gate doesn't answer.
  if (decision.status === 502) return { ...decision, status: 403 };
  if (decision.by !== 'rules' || decision.allowed) return decision;
  const waiting = decideBy(rules, rules.unset, request, grants);
  if (!waiting.allowed) return decision;
  return refusedAtGate(
    'secret',
    `rule ${waiting.rule} matches, but nobody has set its secret ${waiting.secret}: run "airlock secrets put ${rules.agent} ${waiting.secret}"`,
    {
      rule: waiting.rule,
      secret: waiting.secret,
      risk: waiting.risk,
      status: 403,
    },
  );
}

function decideBy(
  { network }: GateRules,
  agent: DecidedAgent,
  { method, target, host, sni }: GateRequest,
  grants: readonly Granted[],
): Decision {
  const scheme = sni === '' ? 'http' : 'https';
  return decide(network, underGrants(agent, grants), { method, target, host, sni, scheme });
}
