import { TAG_AGENT, TAG_PART, TAG_STACK } from '../../../constructs/names';
import type { S3, S3Object } from '../../s3';
import { type Aws, isAwsError } from '../aws';
import { tagFilters, tagOf } from '../ec2-tags';
import { stackResources } from '../stack-resources';
import { parametersOf } from '../verify/live/records';

/** What an account has of one stack's name. */
export type Found = Awaited<ReturnType<typeof findRetained>>;
export type FoundKey = Found['keys'][number];

type Reading = Pick<S3, 'buckets' | 'tags' | 'lock' | 'objects'>;

/** Reads what carries the stack's name or tags; no call writes or decrypts. @throws AwsError */
export async function findRetained(aws: Aws, s3: Reading, stack: string) {
  return {
    /** Physical ids of what the deployed stack has; absent when no stack of this name is deployed. */
    deployed: await deployedOf(aws, stack),
    secrets: await secretsOf(aws, stack),
    logGroups: await logGroupsOf(aws, stack),
    volumes: await volumesOf(aws, stack),
    snapshots: await snapshotsOf(aws, stack),
    keys: await keysOf(aws, stack),
    vaults: await vaultsOf(aws, stack),
    archives: await archivesOf(aws, s3, stack),
  };
}

async function deployedOf(aws: Aws, stack: string) {
  const resources = await stackResources(aws, stack);
  return resources && new Set(resources.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []));
}

async function secretsOf(aws: Aws, stack: string) {
  const parameters = await parametersOf(aws, stack);
  return parameters.filter(({ name, type }) => type === 'SecureString' && !name.includes('/ca/'));
}

async function logGroupsOf(aws: Aws, stack: string) {
  const prefix = { logGroupNamePrefix: `/${stack}/` };
  const groups = await aws.list('logs:DescribeLogGroups', prefix, ({ logGroups }) => logGroups);
  return groups.map(({ logGroupName = '', kmsKeyId, creationTime, storedBytes }) => ({
    name: logGroupName,
    key: kmsKeyId,
    made: creationTime === undefined ? undefined : new Date(creationTime),
    bytes: storedBytes,
  }));
}

async function volumesOf(aws: Aws, stack: string) {
  const Filters = stateOf(stack);
  const volumes = await aws.list('ec2:DescribeVolumes', { Filters }, ({ Volumes }) => Volumes);
  return volumes.map(({ VolumeId = '', Attachments = [], ...volume }) => ({
    id: VolumeId,
    agent: tagOf(volume.Tags, TAG_AGENT),
    key: volume.KmsKeyId,
    made: volume.CreateTime,
    sizeGiB: volume.Size,
    zone: volume.AvailabilityZone,
    isAttached: Attachments.some(({ State }) => State !== 'detached'),
  }));
}

/** AWS Backup and containment give a snapshot the tags of its volume. */
async function snapshotsOf(aws: Aws, stack: string) {
  const own = { OwnerIds: ['self'], Filters: stateOf(stack) };
  const snapshots = await aws.list('ec2:DescribeSnapshots', own, ({ Snapshots }) => Snapshots);
  return snapshots.map(({ SnapshotId = '', VolumeId = '', ...snapshot }) => ({
    id: SnapshotId,
    agent: tagOf(snapshot.Tags, TAG_AGENT),
    volume: VolumeId,
    key: snapshot.KmsKeyId,
    made: snapshot.StartTime,
    sizeGiB: snapshot.VolumeSize,
  }));
}

/** By their descriptions, which name the stack and never change. */
async function keysOf(aws: Aws, stack: string) {
  const keys = await aws.list('kms:ListKeys', {}, ({ Keys }) => Keys);
  const found = [];
  let denied: unknown;
  let told = 0;
  for (const { KeyArn } of keys) {
    try {
      const { KeyMetadata } = await aws.call('kms:DescribeKey', { KeyId: KeyArn });
      const { Description = '', KeyState, CreationDate } = KeyMetadata ?? {};
      told += 1;
      if (KeyArn && Description.startsWith(`${stack}: `)) {
        // `state` is KMS's word, such as `Enabled` or `PendingDeletion`.
        found.push({ arn: KeyArn, description: Description, state: KeyState, made: CreationDate });
      }
    } catch (error) {
      // One key's policy may deny everybody; if all are denied, the permission is missing.
      if (!isAwsError(error) || error.reason !== 'denied') throw error;
      denied = error;
    }
  }
  if (denied && told === 0) throw denied;
  return found;
}

async function vaultsOf(aws: Aws, stack: string) {
  const vaults = await aws.list('backup:ListBackupVaults', {}, ({ BackupVaultList }) => BackupVaultList);
  const found = [];
  for (const { BackupVaultName: name, BackupVaultArn, EncryptionKeyArn, CreationDate } of vaults) {
    if (!name?.startsWith('airlock-')) continue;
    const { Tags = {} } = await aws.call('backup:ListTags', { ResourceArn: BackupVaultArn });
    if (Tags[TAG_STACK] !== stack) continue;
    const points = await aws.list(
      'backup:ListRecoveryPointsByBackupVault',
      { BackupVaultName: name },
      ({ RecoveryPoints }) => RecoveryPoints,
    );
    // ARNs; those of EBS volumes are the ARNs of snapshots.
    const recoveryPoints = points.flatMap(({ RecoveryPointArn }) => RecoveryPointArn ?? []);
    found.push({ name, key: EncryptionKeyArn, made: CreationDate, recoveryPoints });
  }
  return found;
}

/** CloudFormation begins a bucket's name with the stack's, or with the first letters of it; the tag has all. */
async function archivesOf(aws: Aws, s3: Reading, stack: string) {
  const named = await aws.ask('s3:ListAllMyBuckets', () => s3.buckets(stack.slice(0, 16).toLowerCase()));
  const found: (Awaited<ReturnType<typeof sumOf>> & { name: string; lockDays: number; lockMode: string })[] =
    [];
  for (const name of named.filter((each) => each.includes('archive'))) {
    const tags = await aws.ask('s3:GetBucketTagging', () => s3.tags(name));
    if (tags.get(TAG_STACK) !== stack) continue;
    const { days, mode } = await aws.ask('s3:GetBucketObjectLockConfiguration', () => s3.lock(name));
    const all = await aws.ask('s3:ListBucket', () => sumOf(s3.objects(name, '')));
    found.push({ name, ...all, lockDays: days, lockMode: mode });
  }
  return found;
}

async function sumOf(objects: AsyncIterable<S3Object>) {
  let [files, bytes, last] = [0, 0, ''];
  for await (const { bytes: more, put = '' } of objects) {
    files += 1;
    bytes += more;
    if (put > last) last = put;
  }
  return { files, bytes, last: last === '' ? undefined : new Date(last) };
}

function stateOf(stack: string) {
  return tagFilters({ [TAG_STACK]: stack, [TAG_PART]: 'state' });
}
