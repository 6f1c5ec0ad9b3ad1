import { agentPrefix } from '../../../constructs/names';
import { fieldOf, listOf } from '../../json';
import { METRICS_LISTEN } from '../../policy/document/facts';
import { transformsOf } from '../../policy/document/loose';
import { readBundle } from '../../policy/document/read';
import { type Finding, type Report, type Rule, reportAt } from '../rule';
import type { Cell } from '../template/cell';
import type { Policy } from '../template/policy';
import { delivery, RECOMPILE } from './policy-delivery';
import { ruleFindings } from './policy-rules';

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
  return [
    ...defaultDeny(policy, finding),
    ...ruleFindings(policy, finding),
    ...closed(policy, finding),
    ...asWarden(cell, policy, finding),
  ];
}

function defaultDeny(policy: Policy, finding: Report): Finding[] {
  const lists = transformsOf(policy.proxy, 'allowlist');
  const names = listOf(fieldOf(policy.proxy, 'transforms')).map((each) => fieldOf(each, 'name'));
  if (lists.length !== 1 || names[0] !== 'grpc' || names[1] !== 'allowlist') {
    return [
      finding(
        'the policy does not begin with the gate and its one allowlist, so something sees requests before them',
        RECOMPILE,
      ),
    ];
  }
  const [config] = lists;
  return [
    ...(fieldOf(config, 'warn')
      ? [finding('warn: true lets through what the allowlist would refuse', 'take warn away')]
      : []),
    ...['domains', 'cidrs']
      .filter((key) => fieldOf(config, key) !== undefined)
      .map((key) =>
        finding(
          `allowlist.${key} opens whole hosts, every method and path`,
          'write rules with methods and paths',
        ),
      ),
  ];
}

/** Settings that would let something past the allowlist. */
function closed(policy: Policy, finding: Report): Finding[] {
  const { proxy } = policy;
  const found: Finding[] = [];
  if (fieldOf(proxy, 'dns', 'enabled') !== false) {
    found.push(
      finding('dns.enabled must be false: dnsmasq answers the agent, and asks no other server', RECOMPILE),
    );
  }
  const mode = fieldOf(proxy, 'tls', 'mode');
  if (mode !== undefined && mode !== 'mitm') {
    found.push(
      finding(
        'tls.mode must be mitm: in no other mode does iron-proxy see methods and paths',
        'set tls.mode to mitm',
      ),
    );
  }
  if (fieldOf(proxy, 'metrics', 'listen') !== METRICS_LISTEN) {
    found.push(
      finding(`metrics.listen must be ${METRICS_LISTEN}: an agent could reach any other address`, RECOMPILE),
    );
  }
  if (fieldOf(proxy, 'management') !== undefined) {
    found.push(finding('management must be absent: whoever reaches it could replace the policy', RECOMPILE));
  }
  return found;
}

/** Warden reads a policy more strictly, and would not put a refused one in force. */
function asWarden({ stack, agent }: Cell, { text = '', documents }: Policy, finding: Report): Finding[] {
  const read = readBundle(text, agent, `${agentPrefix(stack, agent)}/`, documents);
  return read.ok ? [] : [finding(`warden would refuse the policy of "${agent}": ${read.problem}`, RECOMPILE)];
}
