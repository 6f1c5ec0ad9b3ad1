import type { Agent, Airlock, EgressRule } from '../../config/model';
import { opensConnect } from '../../runtimes/opens-connect';
import type { SecretWithRules } from '../rules';
import { type FlowMapping, flow, list, scalar } from './emit';
import { pattern, ruleLine, secretSource } from './write';

/** Document 2: what warden needs besides iron-proxy's configuration. Names of secrets only, never a value. */
export function wardenDocument(
  { audit }: Airlock,
  agent: Agent,
  secrets: readonly SecretWithRules[],
  inForce: readonly EgressRule[],
  shut: readonly EgressRule[],
  sealed: readonly SecretWithRules[],
): string[] {
  const entries = secrets.flatMap(({ secret, rules }) => [
    `  - id: ${scalar(secret.id)}`,
    `    parameter: ${scalar(secret.parameter)}`,
    ...list('rules', rules.map(ruleLine), '    '),
  ]);
  // The deployer's reasons, so that a reader of the policy in a template sees them (POL-1).
  const wide = inForce
    .filter((rule) => rule.because !== undefined)
    .map((rule) => flow({ ...pattern(rule), because: rule.because }));
  const keeps = [...inForce, ...shut]
    .filter((rule) => rule.keepHeaders !== undefined)
    .map((rule) => flow({ ...pattern(rule), headers: rule.keepHeaders, because: rule.because }));
  return [
    'airlock:',
    '  format: 1',
    `  agent: ${scalar(agent.name)}`,
    `  front: ${flow({ connect: opensConnect(agent), ...(audit.journal === false && { journal: false }), ...(agent.canaries && { canaries: true }), ...(agent.scan === 'weekly' && { scan: true }), ...agent.proxy.limits })}`,
    ...(entries.length > 0 ? ['  secrets:', ...entries] : ['  secrets: []']),
    ...list(
      'shut',
      shut.map((rule) =>
        flow({
          id: rule.id,
          ...pattern(rule),
          secret: rule.secret,
          risk: rule.risk,
          caps: rule.caps as FlowMapping | undefined,
          awsAuth: rule.awsAuth && { service: rule.awsAuth.service, region: rule.awsAuth.region },
          keepHeaders: rule.keepHeaders,
        }),
      ),
      '  ',
    ),
    ...(sealed.length > 0
      ? [
          '  sealed:',
          ...sealed.flatMap(({ secret }) => [
            `  - id: ${scalar(secret.id)}`,
            ...secretSource(secret, '    '),
          ]),
        ]
      : []),
    ...(wide.length > 0 ? list('wide', wide, '  ') : []),
    ...(keeps.length > 0 ? list('keeps', keeps, '  ') : []),
  ];
}
