import type { Agent, EgressRule } from '../../config/model';
import type { SecretWithRules } from '../rules';
import { flow, list, scalar } from './emit';
import { pattern, ruleLine } from './write';

/** Document 2: what warden must know beyond iron-proxy's configuration. Names only, never a value. */
export function wardenDocument(
  agent: Agent,
  secrets: readonly SecretWithRules[],
  inForce: readonly EgressRule[],
  shut: readonly EgressRule[],
): string[] {
  const entries = secrets.flatMap(({ secret, rules }) => [
    `  - id: ${scalar(secret.id)}`,
    `    parameter: ${scalar(secret.parameter)}`,
    ...list('rules', rules.map(ruleLine), '    '),
  ]);
  // The deployer's reasons travel with the rules they excuse, to whoever reads the policy in a template (POL-1).
  const wide = inForce
    .filter((rule) => rule.because !== undefined)
    .map((rule) => flow({ ...pattern(rule), because: rule.because }));
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
    ...(wide.length > 0 ? list('wide', wide, '  ') : []),
  ];
}
