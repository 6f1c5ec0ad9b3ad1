import { type ContainmentScope, NO_RESOURCE, ofStack } from '../containment/permissions';
import { TAG_STACK } from '../names';
import type { PermissionStatement } from '../provider/function/permissions';

/**
 * What `airlock rebuild` needs beyond `release` and `verify`: to make an encrypted volume with the stack's tag, and to swap
 * it for the root disk of a machine of the stack. No volume can be attached or detached otherwise, and none deleted.
 */
export function rebuildPermissions(scope: ContainmentScope): PermissionStatement[] {
  const { partition, region, account, stack } = scope;
  const ec2 = (type: string, owner = account) => `arn:${partition}:ec2:${region}:${owner}:${type}/*`;
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
      ...ofStack(scope, [ec2('instance'), ec2('volume')]),
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
