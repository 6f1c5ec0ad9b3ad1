import { parseAllDocuments } from 'yaml';
import type { Agent, Airlock, EgressRule, Secret } from '../../lib/config/model';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { compilePolicy } from '../../lib/policy';
import { checkProxyConfig, type ProxyConfig } from '../../lib/policy/document/schema';
import { kitAirlock } from '../support/arbitrary-airlock';

const KIT = kitAirlock();
const SCOUT = KIT.agents.find(({ name }) => name === 'scout') as Agent;

/** The test configuration with this VPC, these agents and no mirror. */
export function airlockOf(cidr = KIT.network.cidr, agents: readonly Agent[] = []): Airlock {
  return { ...KIT, network: { ...KIT.network, cidr }, mirrors: {}, agents };
}

/** Its Scout with these rules, and without limits and canaries of its own. */
export function agentOf(
  egress: readonly EgressRule[],
  secrets: readonly Secret[] = [],
  name = 'scout',
): Agent {
  const proxy = { instanceType: 't4g.micro', limits: FRONT_LIMITS };
  return { ...SCOUT, name, egress, secrets, proxy, caps: {}, canaries: false };
}

export function ruleOf(
  id: string,
  host: string,
  methods: string[],
  paths: string[],
  more: Partial<EgressRule> = {},
): EgressRule {
  return { id, host, methods, paths, risk: 'low', ...more };
}

export function headerSecret(
  id: string,
  header = 'Authorization',
  formatter = 'Bearer {{ .Value }}',
): Secret {
  return {
    id,
    parameter: `/airlock/scout/${id}`,
    inject: { kind: 'header', header, formatter },
    ttlSeconds: 900,
  };
}

/** Scout as the test configuration has it, but without what installs its runtime and what judges bodies. */
export function scout(): Agent {
  const own = SCOUT.egress.filter(({ id }) => /^release-|^anthropic\/messages$/.test(id));
  return agentOf(
    own.map(({ body: _, ...rule }) => rule),
    SCOUT.secrets,
  );
}

export interface WardenDocument {
  readonly airlock: {
    readonly format: number;
    readonly agent: string;
    readonly secrets: readonly { id: string; parameter: string; rules: unknown[] }[];
    readonly shut: readonly { id: string; host: string; risk: string; secret?: string }[];
  };
}

/** Both documents of an agent's policy, as a YAML parser reads them. */
export function documents(agent: Agent, airlock = airlockOf()): [ProxyConfig, WardenDocument] {
  const parsed = parseAllDocuments(compilePolicy(airlock, agent).text, { uniqueKeys: true });
  const broken = parsed.flatMap((document) => [...document.errors, ...document.warnings]);
  if (broken[0]) throw broken[0];
  return parsed.map((document) => document.toJS()) as [ProxyConfig, WardenDocument];
}

export function configuration(agent: Agent, airlock = airlockOf()): ProxyConfig {
  return documents(agent, airlock)[0];
}

/** Why warden would refuse a document of agent `scout`; undefined when it would take it. */
export function refusal(document: unknown): string | undefined {
  const checked = checkProxyConfig(document, '/airlock/scout/');
  return checked.ok ? undefined : checked.problem;
}
