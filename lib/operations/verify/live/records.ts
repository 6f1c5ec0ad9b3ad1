import { jsonIn } from '../../../json';
import type { Aws } from '../../aws';

export type LiveParameter = Awaited<ReturnType<typeof parametersOf>>[number];

/** Every parameter below `/<stack>/`; no value is read. */
export async function parametersOf(aws: Aws, stack: string) {
  const ParameterFilters = [{ Key: 'Path', Option: 'Recursive', Values: [`/${stack}`] }];
  const input = { ParameterFilters, MaxResults: 50 };
  const parameters = await aws.list('ssm:DescribeParameters', input, ({ Parameters }) => Parameters);
  return parameters.map((each) => ({
    name: each.Name ?? '',
    /** `SecureString` or `String`. */
    type: each.Type ?? '',
    key: each.KeyId,
    version: each.Version ?? 0,
    changed: each.LastModifiedDate,
    /** ARN of whoever changed it last. */
    by: each.LastModifiedUser,
    /** Only an Advanced one can be shared with other accounts. */
    isAdvanced: each.Tier === 'Advanced',
    /** Whether it deletes itself or mails somebody by a policy of its own. */
    hasPolicy: (each.Policies ?? []).length > 0,
  }));
}

/** Whether a policy shares the parameter with somebody. */
export async function isShared(aws: Aws, ResourceArn: string): Promise<boolean> {
  const policies = await aws.list('ssm:GetResourcePolicies', { ResourceArn }, ({ Policies }) => Policies);
  return policies.length > 0;
}

/** GetParameters takes ten names a call (Systems Manager API reference). */
const BATCH = 10;

/** Plain parameters with their values; those that don't exist are left out. */
export async function valuesOf(aws: Aws, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (let first = 0; first < names.length; first += BATCH) {
    const input = { Names: names.slice(first, first + BATCH) };
    const { Parameters = [] } = await aws.call('ssm:GetParameters', input);
    for (const { Name = '', Value = '' } of Parameters) values.set(Name, Value);
  }
  return values;
}

export async function logGroupsOf(aws: Aws, stack: string) {
  const prefix = { logGroupNamePrefix: `/${stack}/` };
  const groups = await aws.list('logs:DescribeLogGroups', prefix, ({ logGroups }) => logGroups);
  return groups.map(({ logGroupName = '', kmsKeyId, retentionInDays }) => ({
    name: logGroupName,
    key: kmsKeyId,
    retentionDays: retentionInDays,
  }));
}

/** Recovery points of a volume, the newest first. */
export async function backupsOf(aws: Aws, ResourceArn: string) {
  const points = await aws.list(
    'backup:ListRecoveryPointsByResource',
    { ResourceArn },
    ({ RecoveryPoints }) => RecoveryPoints,
  );
  return points
    .flatMap(({ CreationDate, Status = '' }) =>
      CreationDate ? [{ made: CreationDate, status: Status }] : [],
    )
    .sort((one, other) => other.made.getTime() - one.made.getTime());
}

export async function topicOf(aws: Aws, TopicArn: string) {
  const { Attributes = {} } = await aws.call('sns:GetTopicAttributes', { TopicArn });
  return {
    key: Attributes.KmsMasterKeyId,
    confirmed: Number(Attributes.SubscriptionsConfirmed ?? 0),
    policy: jsonIn(Attributes.Policy ?? ''),
  };
}
