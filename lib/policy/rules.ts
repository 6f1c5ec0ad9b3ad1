import type { Agent, EgressRule, Secret } from '../config/model';

/** A high-risk rule isn't in force by itself: a live grant opens it for a time. */
export function isInForce(rule: EgressRule): boolean {
  return rule.risk !== 'high';
}

/** In the agent's order, in which iron-proxy injects them. */
export function secretsInForce(agent: Agent, rules: readonly EgressRule[]): readonly SecretWithRules[] {
  return agent.secrets
    .map((secret) => ({ secret, rules: rules.filter((rule) => rule.secret === secret.id) }))
    .filter((entry) => entry.rules.length > 0);
}

export interface SecretWithRules {
  readonly secret: Secret;
  readonly rules: readonly EgressRule[];
}

export interface SigningGroup {
  readonly service: string;
  readonly region: string;
  readonly rules: readonly EgressRule[];
}

/** One `aws_auth` entry for each service and region: lists in one entry would allow every combination. */
export function signingGroups(rules: readonly EgressRule[]): readonly SigningGroup[] {
  const groups = new Map<string, { service: string; region: string; rules: EgressRule[] }>();
  for (const rule of rules) {
    if (!rule.awsAuth) continue;
    const { service, region } = rule.awsAuth;
    const key = JSON.stringify([service, region]);
    const group = groups.get(key) ?? { service, region, rules: [] };
    group.rules.push(rule);
    groups.set(key, group);
  }
  return [...groups.values()];
}
