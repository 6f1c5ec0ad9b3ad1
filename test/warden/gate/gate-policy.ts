import type { GatePolicy } from '../../../lib/policy/gate/policy';
import { gateRules } from '../../../lib/policy/gate/rules';
import type { PolicyInForce } from '../../../lib/warden/gate/policy-file';

export function inForceOf(policy: GatePolicy): PolicyInForce {
  return { policy, rules: gateRules(policy, new Set()), digest: 'd'.repeat(64) };
}

export function gatePolicy(more: Partial<GatePolicy> = {}): GatePolicy {
  return {
    agent: 'scout',
    where: { stack: 'airlock', region: 'eu-north-1' },
    vpc: '10.64.0.0/20',
    rules: [
      {
        id: 'read',
        host: 'api.example.com',
        methods: ['GET'],
        paths: ['/repos/*'],
        secret: 'pat',
        risk: 'low',
      },
      {
        id: 'write',
        host: 'api.example.com',
        methods: ['PATCH'],
        paths: ['/repos/*'],
        secret: 'other',
        risk: 'medium',
      },
      {
        id: 'delete',
        host: 'api.example.com',
        methods: ['DELETE'],
        paths: ['/repos/*'],
        secret: 'pat',
        risk: 'high',
      },
    ],
    caps: {},
    ...more,
  };
}
