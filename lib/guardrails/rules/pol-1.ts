import { agentPrefix } from '../../../constructs/names';
import { readBundle } from '../../policy/document/read';
import { type Finding, type Report, type Rule, reportAt } from '../rule';
import type { Cell } from '../template/cell';
import type { Policy } from '../template/policy';
import { delivery, RECOMPILE } from './policy-delivery';
import { tooWide } from './policy-rules';

export const pol1: Rule = {
  id: 'POL-1',
  law: 'everything is refused but what a rule with host, methods and paths allows',
  check: (stack) => stack.cells.flatMap((cell) => problems(cell)),
};

function problems(cell: Cell): Finding[] {
  const at = cell.policy?.parameters[0] ?? cell.box ?? cell.anchor;
  const finding = reportAt(at.id);
  const { policy } = cell;
  if (policy === undefined || policy.parameters.length === 0) {
    return [finding(`agent "${cell.agent}" has no policy in this template`, 'give it one with AgentCell')];
  }
  const broken = delivery(cell, policy, finding);
  if (broken.length > 0 || policy.problem !== undefined) {
    const unreadable = policy.problem
      ? [finding(`the policy of "${cell.agent}" can't be read: ${policy.problem}`, RECOMPILE)]
      : [];
    return [...broken, ...unreadable];
  }
  return [...tooWide(policy, finding), ...asWarden(cell, policy, finding)];
}

/** Warden refuses whatever lets a request past the allowlist (lib/policy/document/schema.ts), and keeps the policy before it. */
function asWarden({ stack, agent }: Cell, { text = '', documents }: Policy, finding: Report): Finding[] {
  const read = readBundle(text, agent, `${agentPrefix(stack, agent)}/`, documents);
  return read.ok ? [] : [finding(`warden would refuse the policy of "${agent}": ${read.problem}`, RECOMPILE)];
}
