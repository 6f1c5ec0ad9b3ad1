import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionAgent, parseDecisions } from '../../lab/proxy/decisions';
import type { Agent } from '../../lib/config/model';

const path = join(__dirname, '..', 'fixtures', 'decisions.yaml');

/** The shared cases, in their own format, checked. */
export const decisions = parseDecisions(readFileSync(path, 'utf8'));

export function agentFor(name: string): { readonly agent: Agent; readonly vpc: string } {
  const { agent, airlock } = decisionAgent(decisions, name);
  return { agent, vpc: airlock.network.cidr };
}
