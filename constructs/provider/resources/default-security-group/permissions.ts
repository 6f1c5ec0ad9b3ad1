import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/** For the VPC's default security group. */
export function defaultSecurityGroupPermission(
  scope: PermissionScope & { readonly securityGroupId: string },
): PermissionStatement {
  const { partition, region, account, securityGroupId } = scope;
  return {
    sid: 'EmptyTheDefaultSecurityGroup',
    effect: 'Allow',
    actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
    resources: [`arn:${partition}:ec2:${region}:${account}:security-group/${securityGroupId}`],
  };
}
