import { z } from 'zod';
import type { Agent, Airlock, EgressRule, Secret } from '../config/model';
import { itemsOfConfiguration } from '../cost/of-configuration';
import { PRICES } from '../cost/price-table';
import { quote } from '../cost/quote';
import { bodyText } from './body-text';
import { imagesOf, settingsOf } from './settings';

const settings = z.record(z.string(), z.string());
const rule = z.strictObject({
  host: z.string(),
  /** Empty: every method. */
  methods: z.array(z.string()),
  /** Empty: every path. */
  paths: z.array(z.string()),
  /** What goes out with a request, what the rule risks, and why it is as wide as it is, in words. */
  terms: z.array(z.string()),
});
const agent = z.strictObject({
  settings,
  rules: z.array(rule),
  secrets: settings,
  /** Of the proxy box's role: actions by resource. */
  permissions: settings,
  idleUsd: z.number(),
});

/** What a reviewer sees of a configuration: everything it says, presets and defaults included. */
export const snapshotSchema = z.strictObject({
  stack: z.string(),
  settings,
  agents: z.record(z.string(), agent),
  /** The whole stack's, a month, by list prices. */
  idleUsd: z.number(),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type AgentSnapshot = z.infer<typeof agent>;

/** What nothing is compared with: before the first configuration. */
export const NOTHING: Snapshot = { stack: '', settings: {}, agents: {}, idleUsd: 0 };

export function snapshotOf(airlock: Airlock): Snapshot {
  const { agents, images, ...environment } = airlock;
  const cost = quote(itemsOfConfiguration(airlock), PRICES);
  const idle = new Map(cost.agents.map(({ agent, idleUsd }) => [agent, idleUsd]));
  return {
    stack: airlock.name,
    settings: settingsOf(environment),
    agents: Object.fromEntries(
      agents.map((each) => [
        each.name,
        agentSnapshot(each, imagesOf(images, each.name), cents(idle.get(each.name) ?? 0)),
      ]),
    ),
    idleUsd: cents(cost.idleUsd),
  };
}

function agentSnapshot(agent: Agent, images: Record<string, string>, idleUsd: number): AgentSnapshot {
  const { name: _name, file: _file, egress, secrets, ...rest } = agent;
  return {
    settings: { ...settingsOf(rest), ...images },
    rules: egress.map((rule) => ({
      host: rule.host,
      methods: [...rule.methods],
      paths: [...rule.paths],
      terms: termsOf(rule),
    })),
    secrets: Object.fromEntries(secrets.map((secret) => [secret.id, secretText(secret)])),
    permissions: permissionsOf(egress),
    idleUsd,
  };
}

/** Such as `github-read-pat` and `low`. */
function termsOf({ secret, awsAuth, risk, because, body, keepHeaders }: EgressRule): string[] {
  const signed = awsAuth && `signed for ${awsAuth.service}`;
  return [
    secret ?? signed ?? 'no secret',
    risk === 'high' ? 'high: shut until granted' : risk,
    ...(because === undefined ? [] : [`because: ${because}`]),
    ...(body === undefined ? [] : [bodyText(body)]),
    ...(keepHeaders === undefined ? [] : [`keeps the agent's own ${keepHeaders.join(' and ')}`]),
  ];
}

function permissionsOf(rules: readonly EgressRule[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { awsAuth } of rules) {
    for (const arn of awsAuth?.resources ?? []) {
      const actions = [...(found[arn]?.split(' ') ?? []), ...(awsAuth?.actions ?? [])];
      found[arn] = [...new Set(actions)].sort().join(' ');
    }
  }
  return found;
}

function secretText({ parameter, inject, ttlSeconds }: Secret): string {
  const where = {
    header: () => inject.kind === 'header' && `header ${inject.header} as ${inject.formatter}`,
    query: () => inject.kind === 'query' && `query ${inject.parameter} as ${inject.formatter}`,
    path: () => inject.kind === 'path' && `path, in place of ${inject.placeholder}`,
  }[inject.kind]();
  return `${parameter}, ${where}, kept ${ttlSeconds} s`;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
