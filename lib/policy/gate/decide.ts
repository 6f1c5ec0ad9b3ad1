import type { EgressRule, Secret } from '../../config/model';
import { decide } from '../decide';
import type { Decision } from '../decision';
import { absurd } from './absurd';
import { type GateDecision, refusedAtGate } from './decision';
import type { GatePolicy } from './policy';
import type { GateRequest } from './request';

/**
 * What the gate says to a request, without caps and bodies: the same decision as `explain`, after the checks that iron-proxy
 * lacks. Pure and total.
 *
 * @param unset Secrets that nobody has set: their rules are out of force at iron-proxy too.
 */
export function decideAtGate(
  policy: GatePolicy,
  unset: ReadonlySet<string>,
  request: GateRequest,
): GateDecision {
  const wrong = absurd(request);
  if (wrong !== undefined) return wrong;
  const isSet = ({ secret }: { readonly secret?: string }) => secret === undefined || !unset.has(secret);
  const decision = decideBy(policy, isSet, request);
  if (decision.by !== 'rules' || decision.allowed) return decision;
  const waiting = decideBy(policy, (rule) => !isSet(rule), request);
  if (!waiting.allowed) return decision;
  return refusedAtGate(
    'secret',
    `rule ${waiting.rule} matches, but nobody has set its secret ${waiting.secret}: run "airlock secrets put ${policy.agent} ${waiting.secret}"`,
    {
      rule: waiting.rule,
      secret: waiting.secret,
      risk: waiting.risk,
      status: 403,
    },
  );
}

function decideBy(
  { vpc, rules, placeholders = [] }: GatePolicy,
  counts: (rule: GatePolicy['rules'][number]) => boolean,
  { method, target, host, sni }: GateRequest,
): Decision {
  const egress: EgressRule[] = rules
    .filter(counts)
    .map(({ methods = [], paths = [], caps: _caps, ...rule }) => ({ ...rule, methods, paths }));
  const secrets = [...new Set(egress.flatMap(({ secret }) => secret ?? []))].map((id) =>
    secretOf(id, placeholders),
  );
  return decide(
    { network: { cidr: vpc } },
    { egress, secrets },
    { method, target, host, sni, scheme: sni === '' ? 'http' : 'https' },
  );
}

/** Headers and queries need no check before the injection, so those secrets differ here by their names alone. */
function secretOf(
  id: string,
  placeholders: NonNullable<GatePolicy['placeholders']>,
): Pick<Secret, 'id' | 'inject'> {
  const found = placeholders.find(({ secret }) => secret === id);
  return {
    id,
    inject: found
      ? { kind: 'path', placeholder: found.placeholder }
      : { kind: 'header', header: id, formatter: '' },
  };
}
