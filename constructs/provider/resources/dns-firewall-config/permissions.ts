import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/** For the DNS firewall's configuration of a VPC. */
export function dnsFirewallConfigPermissions({
  partition,
  region,
  account,
}: PermissionScope): PermissionStatement[] {
  return [
    {
      sid: 'DnsFirewallConfig',
      actions: ['route53resolver:GetFirewallConfig', 'route53resolver:UpdateFirewallConfig'],
      resources: [`arn:${partition}:route53resolver:${region}:${account}:firewall-config/*`],
      wildcardReason:
        'A configuration is named by an id of its own that nobody knows before it is made, and no condition key ' +
        'names its VPC. The function sends one value alone: that the firewall fails closed.',
    },
    {
      sid: 'DnsFirewallVpc',
      actions: ['ec2:DescribeVpcs'],
      resources: ['*'],
      wildcardReason:
        'Route 53 Resolver asks for it with both calls, and it takes no resource: it can only read.',
    },
  ];
}
