import { TAG_PART, TAG_STACK } from '../../../names';
import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/**
 * For the state volumes and agent hosts of one stack, by their tags: all four actions take `aws:ResourceTag` for every
 * resource they touch (service authorization reference, Amazon EC2). A proxy box is none of them.
 */
export function moveStatePermissions(
  scope: PermissionScope & { readonly stack: string; readonly keyArn: string },
): PermissionStatement[] {
  const { partition, region, account, stack, keyArn } = scope;
  const ec2 = `arn:${partition}:ec2:${region}:${account}`;
  return [
    {
      sid: 'SeeVolumesAndMachines',
      effect: 'Allow',
      actions: ['ec2:DescribeInstances', 'ec2:DescribeVolumes'],
      resources: ['*'],
      wildcardReason:
        'EC2 takes no resource for what only describes; a volume or machine of another agent is refused.',
    },
    {
      sid: 'MoveStateVolumes',
      effect: 'Allow',
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
    // Without a sid, so that the agents' statements merge into one. EC2 makes the grant, and for nothing but a volume:
    // whoever attaches it, or starts a machine that has it, must be allowed to let EC2 do so (EBS user guide,
    // "Permissions for users").
    { effect: 'Allow', actions: ['kms:CreateGrant'], resources: [keyArn], conditions: throughEc2(region) },
    {
      sid: 'OpenRetainedVolumes',
      effect: 'Allow',
      actions: ['kms:CreateGrant'],
      resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
      conditions: throughEc2(region, { [`aws:ResourceTag/${TAG_STACK}`]: stack }),
      wildcardReason:
        "A volume that an earlier stack of this name left is attached under that one's key, whose id no template " +
        "knows; the condition leaves the keys that carry this stack's tag, and lets EC2 alone use them.",
    },
  ];
}

function throughEc2(region: string, more: Readonly<Record<string, string>> = {}) {
  return {
    Bool: { 'kms:GrantIsForAWSResource': 'true' },
    StringEquals: {
      'kms:GrantConstraintType': 'EncryptionContextSubset',
      'kms:ViaService': `ec2.${region}.amazonaws.com`,
      ...more,
    },
  };
}
