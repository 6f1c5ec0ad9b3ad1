import { TAG_AGENT, TAG_PART, TAG_STACK } from '../../../constructs/names';
import { NO_TRAFFIC } from '../../../constructs/no-traffic';
import { SecurityGroups } from '../../reach/network/security-groups';
import type { Resource } from '../../reach/template/template';
import { field, items, textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { StackTemplate } from '../template/stack-template';
import { tagOf } from '../template/tags';

const TYPE = 'AWS::EC2::SecurityGroup';

/** What `airlock contain` and `airlock release` find by tags. */
export const kill1: Rule = {
  id: 'KILL-1',
  law: 'every stack has a quarantine group that lets nothing in or out, and every cell has groups to come back to',
  check: (stack) => [
    ...[...new Map(stack.cells.map(({ stack: name, anchor }) => [name, anchor]))].flatMap(([name, anchor]) =>
      quarantine(stack, name, anchor),
    ),
    ...stack.cells.flatMap((cell) =>
      ['agent-host', 'proxy-box']
        .filter(
          (part) =>
            !stack.template
              .ofType(TYPE)
              .some((group) => tagOf(group, TAG_AGENT) === cell.agent && tagOf(group, TAG_PART) === part),
        )
        .map((part) => ({
          resource: cell.anchor.id,
          message: `no security group of agent "${cell.agent}" has the tag ${TAG_PART}=${part}: a release can't find it`,
          fix: 'make the groups with AgentCell',
        })),
    ),
  ],
};

function quarantine(stack: StackTemplate, name: string, anchor: Resource): Finding[] {
  const fix = 'make exactly one with AirlockEnvironment, and add no rule to it';
  const groups = stack.template
    .ofType(TYPE)
    .filter((group) => tagOf(group, TAG_STACK) === name && tagOf(group, TAG_PART) === 'quarantine');
  if (groups.length !== 1) {
    const message = `the stack "${name}" has ${groups.length} security groups with the tag ${TAG_PART}=quarantine`;
    return [{ resource: anchor.id, message, fix }];
  }
  return groups
    .filter((group) => !isShut(stack, group))
    .map(({ id }) => ({ resource: id, message: 'the quarantine group lets something in or out', fix }));
}

/** Rules of its own and rules that other resources add to it. */
function isShut(stack: StackTemplate, group: Resource): boolean {
  const { ingress, egress } = new SecurityGroups(stack.template).byKey(group.id);
  const [only] = items(group.get('SecurityGroupEgress'));
  return (
    ingress.length === 0 &&
    egress.length === 1 &&
    only !== undefined &&
    textOf(field(only, 'CidrIp')) === NO_TRAFFIC.cidrIp &&
    textOf(field(only, 'IpProtocol')) === NO_TRAFFIC.ipProtocol
  );
}
