import { formatRange, parseCidr } from '../../../constructs/address/cidr';
import { fieldOf, textsOf } from '../../json';
import { leftOpen, NEVER_DIALLED } from '../../policy/document/never-dialled';
import { textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import type { StackTemplate } from '../template/stack-template';

export const net7: Rule = {
  id: 'NET-7',
  law: 'a proxy box dials no metadata service, loopback, link-local or private address, and not its own VPC',
  check: (stack) => stack.cells.flatMap((cell) => uncovered(cell, vpcBlocks(stack))),
};

function uncovered(cell: Cell, vpc: readonly string[]): Finding[] {
  const policy = cell.policy;
  const at = policy?.parameters[0];
  if (policy === undefined || at === undefined || policy.problem !== undefined) {
    return []; // POL-1 says so.
  }
  const denied = textsOf(fieldOf(policy.proxy, 'proxy', 'upstream_deny_cidrs'));
  return leftOpen(denied, vpc).map((block) => ({
    resource: at.id,
    message: `the policy of "${cell.agent}" lets its proxy box dial ${block} (${NEVER_DIALLED[block] ?? 'its own VPC'})`,
    fix: `add ${block} to proxy.upstream_deny_cidrs`,
  }));
}

function vpcBlocks(stack: StackTemplate): string[] {
  return stack.template
    .ofType('AWS::EC2::VPC', 'AWS::EC2::VPCCidrBlock')
    .flatMap((vpc) => textOf(vpc.get('CidrBlock')) ?? [])
    .map((block) => parseCidr(block))
    .flatMap((range) => (range === undefined ? [] : [formatRange(range)]));
}
