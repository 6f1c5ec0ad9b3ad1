import type { GatePolicy, GateRule } from '../gate/policy';

/** A rule that only a grant opens. */
export type HighRiskRule = GateRule & {
  /** Digest of how its bodies are judged. @default they aren't */
  readonly body?: string;
};

/** @param sha256 digest of a text */
export function highRiskRules(
  { rules, bodies = {} }: GatePolicy,
  sha256: (text: string) => string,
): HighRiskRule[] {
  return rules.flatMap((rule) => {
    if (rule.risk !== 'high') return [];
    return Object.hasOwn(bodies, rule.id)
      ? [{ ...rule, body: sha256(JSON.stringify(bodies[rule.id])) }]
      : [rule];
  });
}

/** Everything that the gate and iron-proxy know of a rule, in one text. */
export function ruleText(rule: HighRiskRule): string {
  const { id, host, methods = [], paths = [], secret, caps, body, awsAuth, keepHeaders } = rule;
  const more = body || awsAuth || keepHeaders ? [{ body, awsAuth, keepHeaders }] : [];
  return JSON.stringify([id, host, methods, paths, secret ?? null, caps ?? null, ...more]);
}
