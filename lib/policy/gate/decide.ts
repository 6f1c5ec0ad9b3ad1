import type { EgressRule, Secret } from '../../config/model';
import { decide } from '../decide';
import type { Decision } from '../decision';
import type { Grant } from '../grant/grant';
import { absurd } from './absurd';
import { type GateDecision, refusedAtGate } from './decision';
import type { GatePolicy } from './policy';
import type { GateRequest } from './request';

/** What a decision needs of a grant. */
export type Granted = Pick<Grant, 'id' | 'rule' | 'paths' | 'body'>;

/**
 * What the gate says to a request, without caps and bodies: the same decision as `explain`, after the checks that iron-proxy
 * lacks. Pure and total.
 *
 * @param unset Secrets that nobody has set: their rules are out of force at iron-proxy too.
 * @param grants The live ones.
 */
export function decideAtGate(
  policy: GatePolicy,
  unset: ReadonlySet<string>,
  request: GateRequest,
  grants: readonly Granted[] = [],
): GateDecision {
  const wrong = absurd(request);
  if (wrong !== undefined) return wrong;
  const isSet = ({ secret }: { readonly secret?: string }) => secret === undefined || !unset.has(secret);
  const decision = decideBy(policy, isSet, request, grants);
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
  const waiting = decideBy(policy, (rule) => !isSet(rule), request, grants);
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
  grants: readonly Granted[],
): Decision {
  const egress = rules
    .filter(counts)
    .flatMap(
      ({ methods = [], paths = [], caps: _c, awsAuth: _a, keepHeaders: _k, ...rest }): EgressRule[] => {
        const rule = { ...rest, methods, paths };
        const grant = grants.find((one) => one.rule === rule.id && rule.risk === 'high');
        return grant ? [{ ...rule, risk: 'medium', paths: grant.paths ?? paths }, rule] : [rule];
      },
    );
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
