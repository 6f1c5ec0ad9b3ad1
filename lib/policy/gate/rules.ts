import type { EgressRule, Secret } from '../../config/model';
import type { BodyRule } from '../../config/values/body-rule';
import type { DecidedAgent, DecidedNetwork } from '../decided';
import { takenHeaders } from '../document/header-lists';
import { Disguises } from '../document/refused-headers';
import type { Grant } from '../grant/grant';
import type { GatePolicy } from './policy';

/** What the length, the type and the encoding of a body are judged by. */
const FRAMING = ['content-encoding', 'content-length', 'content-type', 'transfer-encoding'];

/** A gate's policy as decisions need it: made once, because a request must not wait for it. */
export interface GateRules {
  readonly agent: string;
  readonly network: DecidedNetwork;
  readonly disguises: Disguises;
  /** What iron-proxy has in force. */
  readonly set: DecidedAgent;
  /** Rules whose secret nobody has set: they are out of force at iron-proxy too. */
  readonly unset: DecidedAgent;
  readonly bodies: readonly { readonly id: string; readonly body: BodyRule }[];
}

/** @param injected Headers that secrets go into. */
export function gateRules(
  policy: GatePolicy,
  unset: ReadonlySet<string>,
  injected: readonly string[] = [],
): GateRules {
  const isUnset = ({ secret }: EgressRule) => secret !== undefined && unset.has(secret);
  const rules = policy.rules.map(
    ({ methods = [], paths = [], caps: _c, awsAuth: _a, keepHeaders: _k, ...rest }): EgressRule => ({
      ...{ ...rest, methods, paths },
    }),
  );
  return {
    agent: policy.agent,
    network: { network: { cidr: policy.vpc } },
    disguises: new Disguises([...FRAMING, ...takenHeaders(injected)]),
    set: withSecrets(
      policy,
      rules.filter((rule) => !isUnset(rule)),
    ),
    unset: withSecrets(policy, rules.filter(isUnset)),
    bodies: Object.entries(policy.bodies ?? {}).map(([id, body]) => ({ id, body })),
  };
}

/** What a decision needs of a grant. */
export type Granted = Pick<Grant, 'id' | 'rule' | 'paths' | 'body'>;

/** A granted rule is there twice: open for what its grant names, and shut as it was. */
export function underGrants(agent: DecidedAgent, grants: readonly Granted[]): DecidedAgent {
  if (grants.length === 0) return agent;
  const egress = agent.egress.flatMap((rule): EgressRule[] => {
    const grant = grants.find((one) => one.rule === rule.id && rule.risk === 'high');
    return grant ? [{ ...rule, risk: 'medium', paths: grant.paths ?? rule.paths }, rule] : [rule];
  });
  return { ...agent, egress };
}

function withSecrets(
  { placeholders = [] }: Pick<GatePolicy, 'placeholders'>,
  egress: EgressRule[],
): DecidedAgent {
  const ids = new Set(egress.flatMap(({ secret }) => secret ?? []));
  return { egress, secrets: [...ids].map((id) => secretOf(id, placeholders)) };
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
