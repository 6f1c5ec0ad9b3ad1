import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '../../lib/config/model';
import { decisionAgent, parseDecisions } from '../../lib/lab/decisions';

const path = join(__dirname, '..', 'fixtures', 'decisions.yaml');

/** The shared cases, in their own format, checked. */
export const decisions = parseDecisions(readFileSync(path, 'utf8'));

export function agentFor(name: string): { readonly agent: Agent; readonly vpc: string } {
  const { agent, airlock } = decisionAgent(decisions, name);
  return { agent, vpc: airlock.network.cidr };
}
