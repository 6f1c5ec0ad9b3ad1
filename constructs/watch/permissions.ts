import { NO_RESOURCE } from '../containment/permissions';
import type { PermissionStatement } from '../provider/function/permissions';

export interface WatchScope {
  readonly region: string;
  readonly logArn: string;
  /** ARNs of the topics that it may publish to, and of the key that encrypts them. */
  readonly topicArns: readonly string[];
  readonly keyArn: string;
}

/** What the watch function may do: look, and publish. */
export function watchPermissions({ region, logArn, topicArns, keyArn }: WatchScope): PermissionStatement[] {
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
      sid: 'EncryptWhatIsTold',

      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } },
    },
  ];
}
