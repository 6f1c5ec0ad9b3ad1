import type { BackupClient } from '@aws-sdk/client-backup';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { TAG_AGENT, TAG_PART, TAG_STACK } from '../../../constructs/names';
import { tagFilters, tagOf } from '../ec2-tags';
import { type Ask, asking, everyPage, isAwsError } from '../preflight/asking';
import { stackResources } from '../stack-resources';
import type {
  Found,
  FoundKey,
  FoundLogGroup,
  FoundSecret,
  FoundSnapshot,
  FoundVault,
  FoundVolume,
} from './found';

export interface AccountClients {
  readonly backup: Pick<BackupClient, 'send'>;
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly kms: Pick<KMSClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
}

/** Reads what carries the stack's name or tags; no call writes or decrypts. @throws AwsError */
export async function findRetained(clients: AccountClients, region: string, stack: string): Promise<Found> {
  const ask = asking(region);
  return {
    deployed: await deployedOf(clients, ask, stack),
    secrets: await secretsOf(clients, ask, stack),
    logGroups: await logGroupsOf(clients, ask, stack),
    volumes: await volumesOf(clients, ask, stack),
    snapshots: await snapshotsOf(clients, ask, stack),
    keys: await keysOf(clients, ask, stack),
    vaults: await vaultsOf(clients, ask, stack),
  };
}

async function deployedOf({ cloudFormation }: AccountClients, ask: Ask, stack: string) {
  const resources = await stackResources(cloudFormation, ask, stack);
  return resources && new Set(resources.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []));
}

async function secretsOf({ ssm }: AccountClients, ask: Ask, stack: string): Promise<FoundSecret[]> {
  const { DescribeParametersCommand } = await import('@aws-sdk/client-ssm');
  const filters = [
    { Key: 'Path', Option: 'Recursive', Values: [`/${stack}`] },
    { Key: 'Type', Option: 'Equals', Values: ['SecureString'] },
  ];
  const parameters = await everyPage(
    (NextToken) =>
      ask('ssm:DescribeParameters', () =>
        ssm.send(new DescribeParametersCommand({ ParameterFilters: filters, NextToken })),
      ),
    ({ Parameters = [] }) => Parameters,
  );
  return parameters.flatMap(({ Name, KeyId, LastModifiedDate }) =>
    Name === undefined || Name.includes('/ca/')
      ? []
      : [{ name: Name, keyId: KeyId, written: LastModifiedDate }],
  );
}

async function logGroupsOf({ logs }: AccountClients, ask: Ask, stack: string): Promise<FoundLogGroup[]> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const groups = await everyPage(
    async (nextToken) => {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: `/${stack}/`, nextToken });
      const page = await ask('logs:DescribeLogGroups', () => logs.send(command));
      return { NextToken: page.nextToken, logGroups: page.logGroups ?? [] };
    },
    ({ logGroups }) => logGroups,
  );
  return groups.flatMap(({ logGroupName, kmsKeyId, creationTime, storedBytes }) =>
    logGroupName === undefined
      ? []
      : [{ name: logGroupName, keyArn: kmsKeyId, made: dateOf(creationTime), bytes: storedBytes }],
  );
}

async function volumesOf({ ec2 }: AccountClients, ask: Ask, stack: string): Promise<FoundVolume[]> {
  const { DescribeVolumesCommand } = await import('@aws-sdk/client-ec2');
  const volumes = await everyPage(
    (NextToken) =>
      ask('ec2:DescribeVolumes', () =>
        ec2.send(new DescribeVolumesCommand({ Filters: stateOf(stack), NextToken })),
      ),
    ({ Volumes = [] }) => Volumes,
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
async function snapshotsOf({ ec2 }: AccountClients, ask: Ask, stack: string): Promise<FoundSnapshot[]> {
  const { DescribeSnapshotsCommand } = await import('@aws-sdk/client-ec2');
  const snapshots = await everyPage(
    (NextToken) =>
      ask('ec2:DescribeSnapshots', () =>
        ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: stateOf(stack), NextToken })),
      ),
    ({ Snapshots = [] }) => Snapshots,
  );
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
async function keysOf({ kms }: AccountClients, ask: Ask, stack: string): Promise<FoundKey[]> {
  const { DescribeKeyCommand, ListKeysCommand } = await import('@aws-sdk/client-kms');
  const keys = await everyPage(
    async (Marker) => {
      const page = await ask('kms:ListKeys', () => kms.send(new ListKeysCommand({ Marker })));
      return { NextToken: page.NextMarker, keys: page.Keys ?? [] };
    },
    (page) => page.keys,
  );
  const found: FoundKey[] = [];
  let denied: unknown;
  let told = 0;
  for (const { KeyArn } of keys) {
    try {
      const { KeyMetadata } = await ask('kms:DescribeKey', () =>
        kms.send(new DescribeKeyCommand({ KeyId: KeyArn })),
      );
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

async function vaultsOf({ backup }: AccountClients, ask: Ask, stack: string): Promise<FoundVault[]> {
  const { ListBackupVaultsCommand, ListRecoveryPointsByBackupVaultCommand, ListTagsCommand } = await import(
    '@aws-sdk/client-backup'
  );
  const vaults = await everyPage(
    (NextToken) =>
      ask('backup:ListBackupVaults', () => backup.send(new ListBackupVaultsCommand({ NextToken }))),
    ({ BackupVaultList = [] }) => BackupVaultList,
  );
  const found: FoundVault[] = [];
  for (const { BackupVaultName: name, BackupVaultArn, EncryptionKeyArn, CreationDate } of vaults) {
    if (!name?.startsWith('airlock-')) continue;
    const { Tags = {} } = await ask('backup:ListTags', () =>
      backup.send(new ListTagsCommand({ ResourceArn: BackupVaultArn })),
    );
    if (Tags[TAG_STACK] !== stack) continue;
    const points = await everyPage(
      (NextToken) =>
        ask('backup:ListRecoveryPointsByBackupVault', () =>
          backup.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: name, NextToken })),
        ),
      ({ RecoveryPoints = [] }) => RecoveryPoints,
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
