import { MODEL_SPEND } from '../../../constructs/names';
import type { GatePolicy, GateRule } from '../gate/policy';

/** A rule that only a grant opens; `model-spend` is none, and is granted as one: model calls above their limit. */
export type HighRiskRule = GateRule & {
  /** Digest of how its bodies are judged. @default they aren't */
  readonly body?: string;
};

/** @param sha256 digest of a text */
export function highRiskRules(
  { rules, bodies = {}, spend }: GatePolicy,
  sha256: (text: string) => string,
): HighRiskRule[] {
  const high = rules.flatMap((rule): HighRiskRule[] => {
    if (rule.risk !== 'high') return [];
    return Object.hasOwn(bodies, rule.id)
      ? [{ ...rule, body: sha256(JSON.stringify(bodies[rule.id])) }]
      : [rule];
  });
  if (spend === undefined) return high;
  const limits = [
    ...(spend.dailyUsd === undefined ? [] : [`${spend.dailyUsd} USD a day`]),
    ...(spend.monthlyUsd === undefined ? [] : [`${spend.monthlyUsd} USD a month`]),
  ];
  const above = `above ${limits.join(' and ')}`;
  return [...high, { id: MODEL_SPEND, methods: ['calls'], host: 'of models', paths: [above], risk: 'high' }];
}

/** Everything that the gate and iron-proxy know of a rule, in one text. */
export function ruleText(rule: HighRiskRule): string {
  const { id, host, methods = [], paths = [], secret, caps, body, awsAuth, keepHeaders } = rule;
  const more = body || awsAuth || keepHeaders ? [{ body, awsAuth, keepHeaders }] : [];
  return JSON.stringify([id, host, methods, paths, secret ?? null, caps ?? null, ...more]);
}
