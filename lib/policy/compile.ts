import type { Agent, Airlock, EgressRule } from '../config/model';
import { ironProxyDocument } from './document/write';
import { wardenDocument } from './document/write-warden';
import { isInForce, secretsInForce } from './rules';

export interface CompiledPolicy {
  /**
   * Two YAML documents: iron-proxy's configuration and warden's. ASCII, without `{{` and `}}`, the same bytes for
   * the same configuration.
   */
  readonly text: string;
  /** In the agent's order. */
  readonly inForce: readonly EgressRule[];
  /** High-risk rules: nothing passes by them. */
  readonly shut: readonly EgressRule[];
}

/**
 * An agent's egress rules as the policy its proxy box runs. Pure.
 *
 * @throws when a rule names a secret the agent does not have: such a rule must not be in force bare (SEC-2)
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
  const lines = [
    ...ironProxyDocument(airlock, inForce, secrets),
    '---',
    ...wardenDocument(agent, secrets, inForce, shut),
  ];
  return { text: `${lines.join('\n')}\n`, inForce, shut };
}
