import type { Risk } from '../../../lib/config/model';
import type { GatePolicy } from '../../../lib/policy/gate/policy';
import { gateRules } from '../../../lib/policy/gate/rules';
import type { PolicyInForce } from '../../../lib/warden/gate/policy-file';

export function inForceOf(policy: GatePolicy): PolicyInForce {
  return { policy, rules: gateRules(policy, new Set()), digest: 'd'.repeat(64) };
}

const rule = (id: string, method: string, secret: string, risk: Risk) => ({
  ...{ id, secret, risk, methods: [method] },
  ...{ host: 'api.example.com', paths: ['/repos/*'] },
});

export function gatePolicy(more: Partial<GatePolicy> = {}): GatePolicy {
  return {
    agent: 'scout',
    where: { stack: 'airlock', region: 'eu-north-1' },
    vpc: '10.64.0.0/20',
    rules: [
      rule('read', 'GET', 'pat', 'low'),
      rule('write', 'PATCH', 'other', 'medium'),
      rule('delete', 'DELETE', 'pat', 'high'),
    ],
    caps: {},
    ...more,
  };
}
