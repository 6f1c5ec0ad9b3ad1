import { TAG_STACK } from '../../constructs/names';
import { type Aws, AwsRefusal } from './aws-cli';

/** A call of the AWS CLI. */
export type Call = readonly [service: string, operation: string, input: object];

/** A resource of the run that costs money or keeps data. */
export interface Leftover {
  readonly kind: string;
  readonly id: string;
  /** The calls that remove it. */
  readonly remove: readonly Call[];
}

export interface Place {
  readonly aws: Aws;
  readonly account: string;
  /** The throwaway stack's name: a resource counts only if its tag or its name holds this. */
  readonly stack: string;
}

/** The only names that the listing and the removal accept. */
export const THROWAWAY = /^airlock-try-[0-9a-f]{8}$/;

interface Row {
  readonly id: string;
  /** @default the name shows the owner */
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[] | null;
}

interface Kind {
  readonly kind: string;
  readonly list: (place: Place) => Promise<readonly Row[] | null>;
  readonly remove: (id: string, place: Place) => readonly Call[];
}

const byTag = (stack: string) => ({ Filters: [{ Name: `tag:${TAG_STACK}`, Values: [stack] }] });

/** In the order of their removal. */
const KINDS: readonly Kind[] = [
  {
    kind: 'stack',
    list: async ({ aws, stack }) => ((await stackStatus(aws, stack)) ? [{ id: stack }] : []),
    remove: (_, { stack: StackName }) => [
      ['cloudformation', 'update-termination-protection', { StackName, EnableTerminationProtection: false }],
      ['cloudformation', 'delete-stack', { StackName }],
    ],
  },
  {
    kind: 'instance',
    list: ({ aws, stack }) =>
      aws(
        'ec2',
        'describe-instances',
        byTag(stack),
        "Reservations[].Instances[] | [?State.Name != 'terminated'].{id: InstanceId, tags: Tags}",
      ),
    remove: (id) => [['ec2', 'terminate-instances', { InstanceIds: [id] }]],
  },
  {
    kind: 'volume',
    list: ({ aws, stack }) =>
      aws('ec2', 'describe-volumes', byTag(stack), 'Volumes[].{id: VolumeId, tags: Tags}'),
    remove: (id) => [['ec2', 'delete-volume', { VolumeId: id }]],
  },
  {
    kind: 'snapshot',
    // Only the deletion of a recovery point deletes a snapshot of AWS Backup.
    list: ({ aws, stack }) =>
      aws(
        'ec2',
        'describe-snapshots',
        { OwnerIds: ['self'], ...byTag(stack) },
        "Snapshots[?!(Tags[?starts_with(Key, 'aws:backup:')])].{id: SnapshotId, tags: Tags}",
      ),
    remove: (id) => [['ec2', 'delete-snapshot', { SnapshotId: id }]],
  },
  {
    kind: 'log group',
    list: ({ aws, stack }) =>
      aws(
        'logs',
        'describe-log-groups',
        { logGroupNamePrefix: `/${stack}/` },
        'logGroups[].{id: logGroupName}',
      ),
    remove: (id) => [['logs', 'delete-log-group', { logGroupName: id }]],
  },
  {
    kind: 'parameter',
    list: ({ aws, stack }) => {
      const below = { Key: 'Name', Option: 'BeginsWith', Values: [`/${stack}/`] };
      return aws('ssm', 'describe-parameters', { ParameterFilters: [below] }, 'Parameters[].{id: Name}');
    },
    remove: (id) => [['ssm', 'delete-parameter', { Name: id }]],
  },
  {
    kind: 'budget',
    list: ({ aws, account, stack }) =>
      aws(
        'budgets',
        'describe-budgets',
        { AccountId: account },
        `Budgets[?starts_with(BudgetName, '${stack}-')].{id: BudgetName}`,
      ),
    remove: (id, { account }) => [['budgets', 'delete-budget', { AccountId: account, BudgetName: id }]],
  },
  {
    kind: 'recovery point',
    list: async (place) => {
      const rows: Row[] = [];
      for (const vault of await vaults(place)) {
        const input = { BackupVaultName: nameOf(vault) };
        const [operation, query] = [
          'list-recovery-points-by-backup-vault',
          'RecoveryPoints[].RecoveryPointArn',
        ];
        const arns = await place.aws<string[] | null>('backup', operation, input, query);
        rows.push(...(arns ?? []).map((arn) => ({ ...vault, id: `${nameOf(vault)} ${arn}` })));
      }
      return rows;
    },
    remove: (id) => {
      const [BackupVaultName, RecoveryPointArn] = id.split(' ');
      return [['backup', 'delete-recovery-point', { BackupVaultName, RecoveryPointArn }]];
    },
  },
  {
    kind: 'backup vault',
    list: vaults,
    remove: (id) => [['backup', 'delete-backup-vault', { BackupVaultName: nameOf({ id }) }]],
  },
  {
    kind: 'archived file',
    list: async (place) => {
      const query = '[Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}';
      const rows: Row[] = [];
      for (const { id: Bucket } of await buckets(place)) {
        const files = await place.aws<object[] | null>('s3api', 'list-object-versions', { Bucket }, query);
        rows.push(...(files ?? []).map((file) => ({ id: `${Bucket} ${JSON.stringify(file)}` })));
      }
      return rows;
    },
    remove: (id) => {
      const [Bucket = '', file = ''] = id.split(/ (.*)/s);
      return [['s3api', 'delete-object', { Bucket, ...JSON.parse(file), BypassGovernanceRetention: true }]];
    },
  },
  {
    kind: 'archive',
    list: buckets,
    remove: (Bucket) => [['s3api', 'delete-bucket', { Bucket }]],
  },
  {
    kind: 'key',
    list: async (place) => {
      const rows = await tagged(place, 'kms');
      const stateOf = (KeyId: string) =>
        orUndefined('NotFoundException', () =>
          place.aws<string>('kms', 'describe-key', { KeyId }, 'KeyMetadata.KeyState'),
        );
      const states = await Promise.all(rows.map(({ id }) => stateOf(id)));
      return rows.filter((_, index) => ![undefined, 'PendingDeletion'].includes(states[index]));
    },
    // The shortest wait that AWS allows; a key that waits for its deletion is free.
    remove: (arn) => [
      ['kms', 'schedule-key-deletion', { KeyId: arn.split('/').at(-1), PendingWindowInDays: 7 }],
    ],
  },
];

/** All resources of this stack that still exist. It checks the owner of each again after AWS's filters. */
export async function leftovers(place: Place): Promise<Leftover[]> {
  if (!THROWAWAY.test(place.stack)) throw new Error(`${place.stack} is no throwaway stack`);
  const found: Leftover[] = [];
  for (const { kind, list, remove } of KINDS) {
    try {
      const rows = ((await list(place)) ?? []).filter((row) => isOf(place.stack, row));
      found.push(...rows.map(({ id }) => ({ kind, id, remove: remove(id, place) })));
    } catch (error) {
      // It may exist: report it, and go on with the other kinds.
      if (!(error instanceof AwsRefusal)) throw error;
      found.push({ kind: `${kind}, not listed`, id: error.message, remove: [] });
    }
  }
  return found;
}

function isOf(stack: string, { id, tags }: Row): boolean {
  return tags === undefined
    ? id === stack || id.startsWith(`/${stack}/`) || id.startsWith(`${stack}-`)
    : (tags ?? []).some(({ Key, Value }) => Key === TAG_STACK && Value === stack);
}

/** Undefined when there is no such stack. */
export async function stackStatus(aws: Aws, stack: string): Promise<string | undefined> {
  return orUndefined('ValidationError', () =>
    aws<string>('cloudformation', 'describe-stacks', { StackName: stack }, 'Stacks[0].StackStatus'),
  );
}

/** KMS and AWS Backup have no filter by tag. AWS may list the tags of deleted resources for a while. */
async function tagged({ aws, stack }: Place, service: string): Promise<Row[]> {
  const input = { ResourceTypeFilters: [service], TagFilters: [{ Key: TAG_STACK, Values: [stack] }] };
  const query = 'ResourceTagMappingList[].{id: ResourceARN, tags: Tags}';
  return (await aws<Row[] | null>('resourcegroupstaggingapi', 'get-resources', input, query)) ?? [];
}

async function buckets({ aws, stack }: Place): Promise<Row[]> {
  const query = `Buckets[?starts_with(Name, '${stack}-')].{id: Name}`;
  return (await aws<Row[] | null>('s3api', 'list-buckets', {}, query)) ?? [];
}

async function vaults(place: Place): Promise<Row[]> {
  const own = await tagged(place, 'backup');
  const query = 'BackupVaultList[].BackupVaultArn';
  const there = await place.aws<string[] | null>('backup', 'list-backup-vaults', {}, query);
  return own.filter(({ id }) => there?.includes(id));
}

/** A vault's ARN ends with its name. */
function nameOf({ id }: Row): string {
  return id.split(':').at(-1) ?? '';
}

async function orUndefined<T>(code: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsRefusal && error.code === code) return undefined;
    throw error;
  }
}
