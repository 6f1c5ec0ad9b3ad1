import { RESOURCE_LIMIT } from '../../../constructs/names';
import type { Template } from './assembly';

/** Bytes of a template that is read from a bucket, as the CDK does (CloudFormation quotas). */
export const TEMPLATE_LIMIT = 1_000_000;

export interface ResourceCount {
  readonly total: number;
  readonly limit: number;
  /** Those below the agent's own cell, by the agent's name. */
  readonly byAgent: Readonly<Record<string, number>>;
  /** How many more agents of the largest size fit this stack; absent when no agent's resources are known. */
  readonly roomForAgents?: number;
}

/**
 * Counts a stack's resources, and those of each agent.
 * @param paths construct path to logical id
 */
export function countResources(
  template: Template,
  paths: ReadonlyMap<string, string>,
  stack: string,
  agents: readonly string[],
): ResourceCount {
  const resources = template.Resources ?? {};
  const total = Object.keys(resources).length;
  const byAgent: Record<string, number> = {};
  for (const [path, logicalId] of paths) {
    const agent = agentOf(path, stack, agents);
    if (agent !== undefined && logicalId in resources) byAgent[agent] = (byAgent[agent] ?? 0) + 1;
  }
  const biggest = Math.max(0, ...Object.values(byAgent));
  const room = Math.floor(Math.max(0, RESOURCE_LIMIT - total) / biggest);
  return { total, limit: RESOURCE_LIMIT, byAgent, ...(biggest > 0 && { roomForAgents: room }) };
}

/** The agent whose cell a construct lies in: `/airlock/scout/Key/Resource` and `/airlock/Agents/scout/…` are scout's. */
function agentOf(path: string, stack: string, agents: readonly string[]): string | undefined {
  if (!path.startsWith(`/${stack}/`)) return undefined;
  const parts = path.slice(stack.length + 2).split('/');
  return parts.slice(0, 2).find((part) => agents.includes(part));
}
