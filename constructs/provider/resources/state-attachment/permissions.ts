import { TAG_PART, TAG_STACK } from '../../../names';
import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/**
 * For the state volumes and agent hosts of one stack, by their tags: all four actions take `aws:ResourceTag` for every
 * resource they touch (service authorization reference, Amazon EC2). A proxy box is none of them.
 */
export function moveStatePermissions(
  scope: PermissionScope & { readonly stack: string },
): PermissionStatement[] {
  const { partition, region, account, stack } = scope;
  const ec2 = `arn:${partition}:ec2:${region}:${account}`;
  return [
    {
      sid: 'SeeVolumesAndMachines',
      actions: ['ec2:DescribeInstances', 'ec2:DescribeVolumes'],
      resources: ['*'],
      wildcardReason:
        'EC2 takes no resource for what only describes; a volume or machine of another agent is refused.',
    },
    {
      sid: 'MoveStateVolumes',
      actions: ['ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:StartInstances', 'ec2:StopInstances'],
      resources: [`${ec2}:instance/*`, `${ec2}:volume/*`],
      conditions: {
        StringEquals: {
          [`aws:ResourceTag/${TAG_STACK}`]: stack,
          [`aws:ResourceTag/${TAG_PART}`]: ['agent-host', 'state'],
        },
      },
      wildcardReason:
        'Which instance has the volume is known when one is replaced, not before; the condition leaves the agent hosts ' +
        'and state volumes of this stack.',
    },
    // EC2 makes the grant, and for nothing but a volume: whoever attaches it, or starts a machine that has it, must be
    // allowed to let EC2 do so (EBS user guide, "Permissions for users").
    {
      sid: 'OpenStateVolumes',
      actions: ['kms:CreateGrant'],
      resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
      conditions: {
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
        StringEquals: {
          'kms:GrantConstraintType': 'EncryptionContextSubset',
          'kms:ViaService': `ec2.${region}.amazonaws.com`,
          [`aws:ResourceTag/${TAG_STACK}`]: stack,
        },
      },
      wildcardReason:
        "Naming each agent's key would outgrow the policy at twenty agents, and a volume that an earlier stack of this " +
        "name left is under a key whose id no template knows; the condition leaves the keys that carry this stack's " +
        'tag, and lets EC2 alone use them.',
    },
  ];
}
