import type { Agent, Airlock, EgressRule, Secret } from '../../../lib/config/model';
import { FRONT_LIMITS } from '../../../lib/config/schema/proxy-schema';
import type { DecisionPolicy, Decisions } from './decisions-file';

/** The agent with a case's policy, in an environment with only the policy's VPC. */
export interface DecisionAgent {
  readonly agent: Agent;
  readonly airlock: Airlock;
}

/** @throws when the file has no policy of that name */
export function decisionAgent(decisions: Decisions, name: string): DecisionAgent {
  const policy = decisions.policies[name];
  if (!policy)
    throw new Error(`no policy ${name} in the cases: there are ${Object.keys(decisions.policies)}`);
  const agent: Agent = {
    name,
    runtime: 'custom',
    mcpServers: [],
    skills: [],
    transcripts: { days: 14 },
    role: 'operator',
    owner: 'security@example.com',
    host: {
      instanceType: 't4g.large',
      os: 'debian-13',
      rootGiB: 30,
      stateGiB: 50,
      root: true,
      limits: { cpuPercent: 90, memoryPercent: 90 },
    },
    proxy: { instanceType: 't4g.micro', limits: FRONT_LIMITS },
    caps: {},
    egress: policy.rules.map(ruleOf),
    secrets: policy.secrets.map(secretOf),
    onAlarm: 'notify',
    watch: { signals: {}, limits: {} },
    budget: { monthlyUsd: 50, alertsAtPercent: [100], atLimit: 'notify' },
    file: `config/agents/${name}.yaml`,
  };
  const airlock: Airlock = {
    name: 'airlock',
    env: {},
    notify: ['security@example.com'],
    network: { cidr: policy.vpc, dns: 'firewall', egress: 'address', resolvers: ['192.0.2.53'] },
    mirrors: {},
    access: 'none',
    updates: { day: 'sunday', hour: 4 },
    audit: { retentionDays: 365 },
    tags: {},
    budget: { monthlyUsd: 300 },
    agents: [agent],
    images: [],
  };
  return { agent, airlock };
}

function ruleOf({ sign, ...fields }: DecisionPolicy['rules'][number]): EgressRule {
  return { ...fields, ...(sign ? { awsAuth: { ...sign, actions: [], resources: [] } } : {}) };
}

const TTL_SECONDS = 900;

function secretOf({ id, parameter, ...where }: DecisionPolicy['secrets'][number]): Secret {
  return { id, parameter, inject: injectionOf(where), ttlSeconds: TTL_SECONDS };
}

function injectionOf(where: Omit<DecisionPolicy['secrets'][number], 'id' | 'parameter'>): Secret['inject'] {
  const { header, query, formatter = '', placeholder = '' } = where;
  if (header !== undefined) return { kind: 'header', header, formatter };
  if (query !== undefined) return { kind: 'query', parameter: query, formatter };
  return { kind: 'path', placeholder };
}
