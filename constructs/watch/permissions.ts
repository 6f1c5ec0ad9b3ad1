import { NO_RESOURCE } from '../containment/permissions';
import type { PermissionStatement } from '../provider/function/permissions';

export interface WatchScope {
  readonly region: string;
  readonly logArn: string;
  /** ARNs of the topics that it may publish to, and of the key that encrypts them. */
  readonly topicArns: readonly string[];
  readonly keyArn: string;
  /** What the weekly review reads; absent where it is off. */
  readonly review?: {
    /** ARNs of the audit logs. */
    readonly auditLogArns: readonly string[];
    /** ARNs of the paths of the policies. */
    readonly policyArns: readonly string[];
  };
}

/** What the watch function may do: look, read records and policies for the weekly review, and publish. */
export function watchPermissions({
  region,
  logArn,
  topicArns,
  keyArn,
  review,
}: WatchScope): PermissionStatement[] {
  return [
    {
      sid: 'WriteOwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logArn],
    },
    {
      sid: 'Look',
      actions: [
        'cloudwatch:GetMetricData',
        'ec2:DescribeFlowLogs',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceStatus',
      ],
      resources: ['*'],
      wildcardReason: NO_RESOURCE,
    },
    { sid: 'Tell', actions: ['sns:Publish'], resources: topicArns },
    {
      sid: 'Encrypt',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } },
    },
    ...(review ? reviewPermissions(review) : []),
  ];
}

function reviewPermissions({
  auditLogArns,
  policyArns,
}: Required<WatchScope>['review']): PermissionStatement[] {
  return [
    { sid: 'ReadRecords', actions: ['logs:FilterLogEvents', 'logs:StartQuery'], resources: auditLogArns },
    { sid: 'ReadPolicies', actions: ['ssm:GetParametersByPath'], resources: policyArns },
    {
      sid: 'SeeAges',
      actions: ['ec2:DescribeImages', 'logs:GetQueryResults', 'ssm:DescribeParameters'],
      resources: ['*'],
      wildcardReason: NO_RESOURCE,
    },
  ];
}
