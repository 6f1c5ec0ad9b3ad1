import type { BackupClient } from '@aws-sdk/client-backup';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Ask, everyPage } from '../../preflight/asking';

export interface LiveParameter {
  readonly name: string;
  /** `SecureString` or `String`. */
  readonly type: string;
  readonly key?: string;
  readonly version: number;
  readonly changed?: Date;
  /** ARN of whoever changed it last. */
  readonly by?: string;
  /** Whether it deletes itself or mails somebody by a policy of its own. */
  readonly hasPolicy: boolean;
}

export interface LiveLogGroup {
  readonly name: string;
  readonly key?: string;
  readonly retentionDays?: number;
}

/** Every parameter below `/<stack>/`; no value is read. */
export async function parametersOf(
  ssm: Pick<SSMClient, 'send'>,
  ask: Ask,
  stack: string,
): Promise<LiveParameter[]> {
  const { DescribeParametersCommand } = await import('@aws-sdk/client-ssm');
  const ParameterFilters = [{ Key: 'Path', Option: 'Recursive', Values: [`/${stack}`] }];
  const parameters = await everyPage(
    (NextToken) =>
      ask('ssm:DescribeParameters', () =>
        ssm.send(new DescribeParametersCommand({ ParameterFilters, MaxResults: 50, NextToken })),
      ),
    ({ Parameters = [] }) => Parameters,
  );
  return parameters.map((each) => ({
    name: each.Name ?? '',
    type: each.Type ?? '',
    key: each.KeyId,
    version: each.Version ?? 0,
    changed: each.LastModifiedDate,
    by: each.LastModifiedUser,
    hasPolicy: (each.Policies ?? []).length > 0,
  }));
}

/** GetParameters takes ten names a call (Systems Manager API reference). */
const BATCH = 10;

/** Plain parameters with their values; those that don't exist are left out. */
export async function valuesOf(
  ssm: Pick<SSMClient, 'send'>,
  ask: Ask,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { GetParametersCommand } = await import('@aws-sdk/client-ssm');
  const values = new Map<string, string>();
  for (let first = 0; first < names.length; first += BATCH) {
    const command = new GetParametersCommand({ Names: names.slice(first, first + BATCH) });
    const { Parameters = [] } = await ask('ssm:GetParameters', () => ssm.send(command));
    for (const { Name = '', Value = '' } of Parameters) values.set(Name, Value);
  }
  return values;
}

export async function logGroupsOf(
  logs: Pick<CloudWatchLogsClient, 'send'>,
  ask: Ask,
  stack: string,
): Promise<LiveLogGroup[]> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const groups = await everyPage(
    async (nextToken) => {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: `/${stack}/`, nextToken });
      const page = await ask('logs:DescribeLogGroups', () => logs.send(command));
      return { NextToken: page.nextToken, logGroups: page.logGroups ?? [] };
    },
    ({ logGroups }) => logGroups,
  );
  return groups.map(({ logGroupName = '', kmsKeyId, retentionInDays }) => ({
    name: logGroupName,
    key: kmsKeyId,
    retentionDays: retentionInDays,
  }));
}

export interface LiveBackup {
  readonly made: Date;
  /** AWS Backup's word, such as `COMPLETED`. */
  readonly status: string;
}

/** Recovery points of a volume, the newest first. */
export async function backupsOf(
  backup: Pick<BackupClient, 'send'>,
  ask: Ask,
  ResourceArn: string,
): Promise<LiveBackup[]> {
  const { ListRecoveryPointsByResourceCommand } = await import('@aws-sdk/client-backup');
  const points = await everyPage(
    (NextToken) =>
      ask('backup:ListRecoveryPointsByResource', () =>
        backup.send(new ListRecoveryPointsByResourceCommand({ ResourceArn, NextToken })),
      ),
    ({ RecoveryPoints = [] }) => RecoveryPoints,
  );
  return points
    .flatMap(({ CreationDate, Status = '' }) =>
      CreationDate ? [{ made: CreationDate, status: Status }] : [],
    )
    .sort((one, other) => other.made.getTime() - one.made.getTime());
}

export interface LiveTopic {
  readonly key?: string;
  readonly confirmed: number;
}

export async function topicOf(sns: Pick<SNSClient, 'send'>, ask: Ask, TopicArn: string): Promise<LiveTopic> {
  const { GetTopicAttributesCommand } = await import('@aws-sdk/client-sns');
  const { Attributes = {} } = await ask('sns:GetTopicAttributes', () =>
    sns.send(new GetTopicAttributesCommand({ TopicArn })),
  );
  return { key: Attributes.KmsMasterKeyId, confirmed: Number(Attributes.SubscriptionsConfirmed ?? 0) };
}
