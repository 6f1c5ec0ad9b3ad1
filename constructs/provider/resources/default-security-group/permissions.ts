import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/** For the VPC's default security group. */
export function defaultSecurityGroupPermission(
  scope: PermissionScope & { readonly securityGroupId: string },
): PermissionStatement {
  const { partition, region, account, securityGroupId } = scope;
  return {
    sid: 'EmptyTheDefaultSecurityGroup',
    actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
    resources: [`arn:${partition}:ec2:${region}:${account}:security-group/${securityGroupId}`],
  };
}

/**
 * For that of a VPC which the function looks at first. The look returns the group's id and waits for the permissions,
 * so that these can't name the group in turn: they name the VPC (Service Authorization Reference, `ec2:Vpc`).
 */
export function defaultSecurityGroupIn(
  scope: PermissionScope & { readonly vpcId: string },
): PermissionStatement {
  const { partition, region, account, vpcId } = scope;
  return {
    ...defaultSecurityGroupPermission({ ...scope, securityGroupId: '*' }),
    conditions: { ArnEquals: { 'ec2:Vpc': `arn:${partition}:ec2:${region}:${account}:vpc/${vpcId}` } },
    wildcardReason:
      'The condition leaves the groups of one VPC, which holds nothing but this stack. It can take rules away and add none.',
  };
}
