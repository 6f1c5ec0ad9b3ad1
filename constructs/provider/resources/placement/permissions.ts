import type { PermissionScope, PermissionStatement } from '../../function/permissions';

const LOOK = {
  sid: 'SeeMachinesAndOfferings',
  actions: ['ec2:DescribeInstanceTypeOfferings', 'ec2:DescribeInstances'],
  resources: ['*'],
  wildcardReason: 'EC2 takes no resource for what only describes.',
} as const satisfies PermissionStatement;

export function zonePermissions(): PermissionStatement[] {
  return [LOOK];
}

/** @param parameters public ones: they hold image ids and belong to AWS */
export function imagePermissions(
  { partition, region }: PermissionScope,
  parameters: readonly string[],
): PermissionStatement[] {
  return [
    LOOK,
    {
      actions: ['ssm:GetParameter'],
      resources: parameters.map((name) => `arn:${partition}:ssm:${region}::parameter${name}`),
    },
  ];
}
