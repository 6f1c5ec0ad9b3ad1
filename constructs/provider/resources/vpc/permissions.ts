import type { PermissionStatement } from '../../function/permissions';

/** Looking at a VPC. EC2's Describe actions take no resource (Service Authorization Reference, Amazon EC2). */
export const VPC_PERMISSION: PermissionStatement = {
  sid: 'LookAtTheVpc',
  actions: [
    'ec2:DescribeDhcpOptions',
    'ec2:DescribeEgressOnlyInternetGateways',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeTransitGatewayVpcAttachments',
    'ec2:DescribeVpcAttribute',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcPeeringConnections',
    'ec2:DescribeVpcs',
    'ec2:DescribeVpnGateways',
  ],
  resources: ['*'],
  wildcardReason: "EC2's Describe actions take no resource, and whoever else is in the VPC has to be found.",
};
