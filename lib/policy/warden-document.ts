import type { Agent, EgressRule } from '../config/model';
import { flow, list, scalar } from './emit';
import { pattern, ruleLine } from './iron-proxy-document';
import type { SecretWithRules } from './rules';

/** Document 2: what warden must know beyond iron-proxy's configuration. Names only, never a value. */
export function wardenDocument(
  agent: Agent,
  secrets: readonly SecretWithRules[],
  shut: readonly EgressRule[],
): string[] {
  const entries = secrets.flatMap(({ secret, rules }) => [
    `  - id: ${scalar(secret.id)}`,
    `    parameter: ${scalar(secret.parameter)}`,
    ...list('rules', rules.map(ruleLine), '    '),
  ]);
  return [
    'airlock:',
    '  format: 1',
    `  agent: ${scalar(agent.name)}`,
    ...(entries.length > 0 ? ['  secrets:', ...entries] : ['  secrets: []']),
    ...list(
      'shut',
      shut.map((rule) => flow({ id: rule.id, ...pattern(rule), secret: rule.secret, risk: rule.risk })),
      '  ',
    ),
  ];
}
