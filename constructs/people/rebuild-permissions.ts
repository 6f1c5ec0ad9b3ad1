import { type ContainmentScope, NO_RESOURCE, ofStack } from '../containment/permissions';
import { TAG_PART, TAG_STACK } from '../names';
import type { PermissionStatement } from '../provider/function/permissions';

/**
 * What `airlock rebuild` of an agent host needs beyond `release` and `verify`: to make an encrypted volume with the stack's tag,
 * and to swap it for the root disk. No volume can be attached or detached otherwise, and none deleted. Proxy boxes are left
 * out: whoever names the disk from which one boots can read its secrets, and no condition names the disk (decision 42).
 */
export function rebuildPermissions(scope: ContainmentScope): PermissionStatement[] {
  const { partition, region, account, stack } = scope;
  const ec2 = (type: string, owner = account) => `arn:${partition}:ec2:${region}:${owner}:${type}/*`;
  const hosts = ofStack(scope, [ec2('instance')]);
  const keys = ofStack(scope, [`arn:${partition}:kms:${region}:${account}:key/*`]);
  return [
    {
      sid: 'SeeReplacements',
      actions: ['ec2:DescribeReplaceRootVolumeTasks'],
      resources: ['*'],
      wildcardReason: NO_RESOURCE,
    },
    {
      sid: 'MakeDisks',
      actions: ['ec2:CreateVolume'],
      resources: [ec2('volume')],
      conditions: {
        StringEquals: { [`aws:RequestTag/${TAG_STACK}`]: stack },
        Bool: { 'ec2:Encrypted': 'true' },
      },
      wildcardReason: "New volumes with the stack's tag, encrypted, by the condition.",
    },
    {
      sid: 'MakeThemFromImages',
      actions: ['ec2:CreateVolume'],
      resources: [ec2('snapshot', '')],
      wildcardReason: 'The snapshot of an image has an id that nobody knows before somebody names the image.',
    },
    {
      sid: 'TagDisks',
      actions: ['ec2:CreateTags'],
      resources: [ec2('volume')],
      conditions: { StringEquals: { 'ec2:CreateAction': 'CreateVolume' } },
      wildcardReason: 'Only while a volume is made, by the condition.',
    },
    {
      sid: 'ReplaceRoots',
      actions: ['ec2:CreateReplaceRootVolumeTask'],
      ...hosts,
      conditions: {
        StringEquals: { ...hosts.conditions.StringEquals, [`aws:ResourceTag/${TAG_PART}`]: 'agent-host' },
      },
    },
    {
      sid: 'ReplaceThemByDisks',
      actions: ['ec2:CreateReplaceRootVolumeTask'],
      resources: [ec2('volume'), ec2('replace-root-volume-task')],
      wildcardReason:
        'EC2 has no condition for the tags of this volume (Service Authorization Reference); the statement above names the machines.',
    },
    {
      sid: 'EncryptDisks',
      actions: ['kms:GenerateDataKeyWithoutPlaintext'],
      ...keys,
      conditions: {
        StringEquals: {
          ...keys.conditions.StringEquals,
          'kms:ViaService': `ec2.${region}.amazonaws.com`,
        },
      },
    },
  ];
}
