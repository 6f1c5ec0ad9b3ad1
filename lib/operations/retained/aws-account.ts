import { TAG_AGENT, TAG_PART, TAG_STACK } from '../../../constructs/names';
import { type Aws, isAwsError } from '../aws';
import { tagFilters, tagOf } from '../ec2-tags';
import { stackResources } from '../stack-resources';
import { parametersOf } from '../verify/live/records';
import type {
  Found,
  FoundKey,
  FoundLogGroup,
  FoundSecret,
  FoundSnapshot,
  FoundVault,
  FoundVolume,
} from './found';

/** Reads what carries the stack's name or tags; no call writes or decrypts. @throws AwsError */
export async function findRetained(aws: Aws, stack: string): Promise<Found> {
  return {
    deployed: await deployedOf(aws, stack),
    secrets: await secretsOf(aws, stack),
    logGroups: await logGroupsOf(aws, stack),
    volumes: await volumesOf(aws, stack),
    snapshots: await snapshotsOf(aws, stack),
    keys: await keysOf(aws, stack),
    vaults: await vaultsOf(aws, stack),
  };
}

async function deployedOf(aws: Aws, stack: string) {
  const resources = await stackResources(aws, stack);
  return resources && new Set(resources.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []));
}

async function secretsOf(aws: Aws, stack: string): Promise<FoundSecret[]> {
  const parameters = await parametersOf(aws, stack);
  return parameters
    .filter(({ name, type }) => type === 'SecureString' && !name.includes('/ca/'))
    .map(({ name, key, changed }) => ({ name, keyId: key, written: changed }));
}

async function logGroupsOf(aws: Aws, stack: string): Promise<FoundLogGroup[]> {
  const prefix = { logGroupNamePrefix: `/${stack}/` };
  const groups = await aws.list('logs:DescribeLogGroups', prefix, ({ logGroups }) => logGroups);
  return groups.flatMap(({ logGroupName, kmsKeyId, creationTime, storedBytes }) =>
    logGroupName === undefined
      ? []
      : [{ name: logGroupName, keyArn: kmsKeyId, made: dateOf(creationTime), bytes: storedBytes }],
  );
}

async function volumesOf(aws: Aws, stack: string): Promise<FoundVolume[]> {
  const volumes = await aws.list(
    'ec2:DescribeVolumes',
    { Filters: stateOf(stack) },
    ({ Volumes }) => Volumes,
  );
  return volumes.flatMap(
    ({ VolumeId, Tags, KmsKeyId, CreateTime, Size, AvailabilityZone, Attachments = [] }) =>
      VolumeId === undefined
        ? []
        : [
            {
              id: VolumeId,
              agent: tagOf(Tags, TAG_AGENT),
              keyArn: KmsKeyId,
              made: CreateTime,
              sizeGiB: Size,
              zone: AvailabilityZone,
              isAttached: Attachments.some(({ State }) => State !== 'detached'),
            },
          ],
  );
}

/** AWS Backup and containment give a snapshot the tags of its volume. */
async function snapshotsOf(aws: Aws, stack: string): Promise<FoundSnapshot[]> {
  const own = { OwnerIds: ['self'], Filters: stateOf(stack) };
  const snapshots = await aws.list('ec2:DescribeSnapshots', own, ({ Snapshots }) => Snapshots);
  return snapshots.flatMap(({ SnapshotId, Tags, VolumeId, KmsKeyId, StartTime, VolumeSize }) =>
    SnapshotId === undefined
      ? []
      : [
          {
            id: SnapshotId,
            agent: tagOf(Tags, TAG_AGENT),
            volume: VolumeId,
            keyArn: KmsKeyId,
            made: StartTime,
            sizeGiB: VolumeSize,
          },
        ],
  );
}

/** By their descriptions, which name the stack and never change. */
async function keysOf(aws: Aws, stack: string): Promise<FoundKey[]> {
  const keys = await aws.list('kms:ListKeys', {}, ({ Keys }) => Keys);
  const found: FoundKey[] = [];
  let denied: unknown;
  let told = 0;
  for (const { KeyArn } of keys) {
    try {
      const { KeyMetadata } = await aws.call('kms:DescribeKey', { KeyId: KeyArn });
      const { Description = '', KeyState, CreationDate } = KeyMetadata ?? {};
      told += 1;
      if (KeyArn && Description.startsWith(`${stack}: `)) {
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

async function vaultsOf(aws: Aws, stack: string): Promise<FoundVault[]> {
  const vaults = await aws.list('backup:ListBackupVaults', {}, ({ BackupVaultList }) => BackupVaultList);
  const found: FoundVault[] = [];
  for (const { BackupVaultName: name, BackupVaultArn, EncryptionKeyArn, CreationDate } of vaults) {
    if (!name?.startsWith('airlock-')) continue;
    const { Tags = {} } = await aws.call('backup:ListTags', { ResourceArn: BackupVaultArn });
    if (Tags[TAG_STACK] !== stack) continue;
    const points = await aws.list(
      'backup:ListRecoveryPointsByBackupVault',
      { BackupVaultName: name },
      ({ RecoveryPoints }) => RecoveryPoints,
    );
    found.push({
      name,
      keyArn: EncryptionKeyArn,
      made: CreationDate,
      recoveryPoints: points.flatMap(({ RecoveryPointArn }) => RecoveryPointArn ?? []),
    });
  }
  return found;
}

function stateOf(stack: string) {
  return tagFilters({ [TAG_STACK]: stack, [TAG_PART]: 'state' });
}

function dateOf(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
