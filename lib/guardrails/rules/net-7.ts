import { formatRange, parseCidr } from '../../../constructs/address/cidr';
import { fieldOf, textsOf } from '../../json';
import { leftOpen, NEVER_DIALLED } from '../../policy/document/never-dialled';
import { textOf } from '../../reach/template/value';
import { inEachPolicy, type Rule } from '../rule';
import type { StackTemplate } from '../template/stack-template';

export const net7: Rule = {
  id: 'NET-7',
  law: 'a proxy box dials no metadata service, loopback, link-local or private address, and not its own VPC',
  check: (stack) => {
    const vpc = vpcBlocks(stack);
    return inEachPolicy(stack, ({ proxy }, finding, { agent }) => {
      const denied = textsOf(fieldOf(proxy, 'proxy', 'upstream_deny_cidrs'));
      return leftOpen(denied, vpc).map((block) =>
        finding(
          `the policy of "${agent}" lets its proxy box dial ${block} (${NEVER_DIALLED[block] ?? 'its own VPC'})`,
          `add ${block} to proxy.upstream_deny_cidrs`,
        ),
      );
    });
  },
};

function vpcBlocks(stack: StackTemplate): string[] {
  return stack.template
    .ofType('AWS::EC2::VPC', 'AWS::EC2::VPCCidrBlock')
    .flatMap((vpc) => textOf(vpc.get('CidrBlock')) ?? [])
    .map((block) => parseCidr(block))
    .flatMap((range) => (range === undefined ? [] : [formatRange(range)]));
}
