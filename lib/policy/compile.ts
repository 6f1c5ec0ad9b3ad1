import type { Agent, Airlock, EgressRule } from '../config/model';
import { ironProxyDocument } from './document/write';
import { gateDocument } from './document/write-gate';
import { wardenDocument } from './document/write-warden';
import { isInForce, secretsInForce } from './rules';

export interface CompiledPolicy {
  /**
   * Three YAML documents: iron-proxy's configuration, warden's, and the gate's. ASCII, without `{{` and `}}`; the same configuration
   * gives the same bytes.
   */
  readonly text: string;
  /** In the agent's order. */
  readonly inForce: readonly EgressRule[];
  /** High-risk rules, which let nothing pass. */
  readonly shut: readonly EgressRule[];
}

/**
 * An agent's egress rules as the policy that its proxy box runs:
 *
 * 1. A rule that names a secret the agent doesn't have is an error: it must not be in force without its secret (SEC-2).
 * 2. High-risk rules are set aside: no request passes by them.
 * 3. Each secret gets the rules in force that name it; one that high-risk rules alone name is sealed, and one that none
 *    names is left out.
 * 4. Document 1 is iron-proxy's configuration (document/write.ts): listeners, addresses that are never dialled, then for
 *    each request gate, allowlist, header list, secrets, signatures.
 * 5. Document 2 is warden's (document/write-warden.ts): which secrets there are, which rules were set aside, and the
 *    sealed secrets, for the time of a grant.
 * 6. Document 3 is the gate's (document/write-gate.ts): every rule in order, and the caps.
 *
 * Pure.
 *
 * @throws in step 1
 */
export function compilePolicy(airlock: Airlock, agent: Agent): CompiledPolicy {
  for (const rule of agent.egress) {
    if (rule.secret !== undefined && !agent.secrets.some((secret) => secret.id === rule.secret)) {
      throw new Error(
        `rule "${rule.id}" of agent "${agent.name}" names the secret "${rule.secret}", which the agent does not have: declare it under secrets`,
      );
    }
  }
  const inForce = agent.egress.filter(isInForce);
  const shut = agent.egress.filter((rule) => !isInForce(rule));
  const secrets = secretsInForce(agent, inForce);
  const sealed = secretsInForce(agent, shut).filter(({ secret }) =>
    secrets.every((one) => one.secret !== secret),
  );
  const lines = [
    ...ironProxyDocument(airlock, inForce, secrets, shut, sealed),
    '---',
    ...wardenDocument(airlock, agent, secrets, inForce, shut, sealed),
    '---',
    ...gateDocument(airlock, agent, inForce),
  ];
  return { text: `${lines.join('\n')}\n`, inForce, shut };
}
