import {
  type ContainmentScope,
  NO_RESOURCE,
  ofStack,
  ROLE_NAMES,
  STACK_ID,
  stackArn,
} from '../containment/permissions';
import { CONTAINMENT_TOPIC_ID } from '../names';
import type { PermissionStatement } from '../provider/function/permissions';

/** What `airlock verify` and `status` read. None of it is a secret: there is no `kms:Decrypt`. */
export function verifyPermissions(scope: ContainmentScope): PermissionStatement[] {
  const { partition, region, account, stack, topicArn, prefixListId } = scope;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const policies = `arn:${partition}:iam::${account}:policy/*`;
  const roles = `arn:${partition}:iam::${account}:role/*`;
  return [
    {
      sid: 'SeeTheTemplate',
      actions: ['cloudformation:GetTemplate'],
      resources: [stackArn(scope)],
      wildcardReason: STACK_ID,
    },
    {
      sid: 'SeeTheNetwork',
      actions: [
        'backup:ListRecoveryPointsByResource',
        'budgets:ViewBudget',
        'cloudwatch:DescribeAlarms',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeEgressOnlyInternetGateways',
        'ec2:DescribeFlowLogs',
        'ec2:DescribeImages',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeNetworkAcls',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSubnets',
        'ec2:DescribeTransitGatewayVpcAttachments',
        'ec2:DescribeVolumes',
        'ec2:DescribeVpcAttribute',
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeVpcPeeringConnections',
        'ec2:DescribeVpcs',
        'ec2:DescribeVpnGateways',
        'logs:DescribeLogGroups',
        'route53resolver:ListFirewallRuleGroupAssociations',
        'route53resolver:ListResolverQueryLogConfigAssociations',
        'ssm:DescribeParameters',
      ],
      resources: ['*'],
      wildcardReason: NO_RESOURCE,
    },
    ...(prefixListId === undefined
      ? []
      : [
          {
            sid: 'SeeThePrefixList',
            actions: ['ec2:GetManagedPrefixListEntries'],
            resources: [arn('ec2', `prefix-list/${prefixListId}`)],
          },
        ]),
    {
      sid: 'SeeTheDnsFirewall',
      actions: [
        'route53resolver:GetFirewallConfig',
        'route53resolver:ListFirewallDomains',
        'route53resolver:ListFirewallRules',
      ],
      resources: [arn('route53resolver', '*')],
      wildcardReason: 'It reads the rules of firewalls, whose ids Route 53 Resolver makes up.',
    },
    {
      sid: 'SeeThePolicies',
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListRolePolicies'],
      resources: [policies, roles],
      wildcardReason: ROLE_NAMES,
    },
    {
      sid: 'SeeTheKeys',
      actions: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListGrants'],
      ...ofStack(scope, [arn('kms', 'key/*')]),
    },
    {
      sid: 'SeeTheParameters',
      actions: ['ssm:GetParameters', 'ssm:GetResourcePolicies'],
      resources: [arn('ssm', `parameter/${stack}/*`)],
      wildcardReason: "The parameters below the stack's own prefix; what is encrypted stays encrypted.",
    },
    {
      sid: 'SeeTheLogs',
      actions: ['logs:DescribeLogStreams', 'logs:FilterLogEvents'],
      resources: [arn('logs', `log-group:/${stack}/*`)],
      wildcardReason: "The log groups below the stack's own prefix: flows, queries and requests.",
    },
    { sid: 'SeeTheTopic', actions: ['sns:GetTopicAttributes'], resources: [topicArn] },
    {
      sid: 'SeeTheContainmentTopic',
      actions: ['sns:GetTopicAttributes'],
      resources: [arn('sns', `${stack}-${CONTAINMENT_TOPIC_ID}-*`)],
      wildcardReason: 'CloudFormation ends the name of a topic with letters of its own.',
    },
  ];
}
