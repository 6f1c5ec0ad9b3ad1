import type { EC2Client } from '@aws-sdk/client-ec2';
import type { KMSClient } from '@aws-sdk/client-kms';
import { TAG_CELL, TAG_PART } from '../../../constructs/names';
import type { StateSource } from '../../config/values/state-source';
import { tagOf } from '../ec2-tags';
import type { Ask } from './asking';
import type { LiveKey, LiveStateSource } from './live';

interface Clients {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly kms: Pick<KMSClient, 'send'>;
}

export function stateSourceOf(clients: Clients, ask: Ask, from: StateSource): Promise<LiveStateSource> {
  return from.kind === 'volume' ? volumeOf(clients, ask, from.id) : snapshotOf(clients, ask, from.id);
}

async function volumeOf({ ec2, kms }: Clients, ask: Ask, id: string): Promise<LiveStateSource> {
  const { DescribeInstancesCommand, DescribeVolumesCommand } = await import('@aws-sdk/client-ec2');
  // Filters, because an id that isn't there fails the whole call.
  const volumes = new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [id] }] });
  const volume = (await ask('ec2:DescribeVolumes', () => ec2.send(volumes))).Volumes?.[0];
  if (!volume) return { kind: 'missing' };
  const holder = volume.Attachments?.find(({ State }) => State !== 'detached')?.InstanceId;
  let heldBy: { readonly id: string; readonly cell?: string } | undefined;
  if (holder) {
    const instances = new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [holder] }] });
    const page = await ask('ec2:DescribeInstances', () => ec2.send(instances));
    heldBy = { id: holder, cell: tagOf(page.Reservations?.[0]?.Instances?.[0]?.Tags, TAG_CELL) };
  }
  return {
    kind: 'volume',
    state: volume.State ?? '',
    zone: volume.AvailabilityZone ?? '',
    heldBy,
    cell: tagOf(volume.Tags, TAG_CELL),
    isState: tagOf(volume.Tags, TAG_PART) === 'state',
    key: await keyOf(kms, ask, volume.KmsKeyId),
  };
}

async function snapshotOf({ ec2, kms }: Clients, ask: Ask, id: string): Promise<LiveStateSource> {
  const { DescribeSnapshotsCommand } = await import('@aws-sdk/client-ec2');
  const find = async (own: object) => {
    const command = new DescribeSnapshotsCommand({
      Filters: [{ Name: 'snapshot-id', Values: [id] }],
      ...own,
    });
    return (await ask('ec2:DescribeSnapshots', () => ec2.send(command))).Snapshots?.[0];
  };
  const own = await find({ OwnerIds: ['self'] });
  if (own) {
    return {
      kind: 'snapshot',
      state: own.State ?? '',
      sizeGiB: own.VolumeSize ?? 0,
      key: await keyOf(kms, ask, own.KmsKeyId, own.OwnerId),
    };
  }
  const shared = await find({});
  return shared ? { kind: 'foreign', owner: shared.OwnerId ?? 'unknown' } : { kind: 'missing' };
}

async function keyOf(
  kms: Pick<KMSClient, 'send'>,
  ask: Ask,
  arn: string | undefined,
  account?: string,
): Promise<LiveKey | undefined> {
  if (arn === undefined) return undefined;
  if (account !== undefined && arn.split(':')[4] !== account) return { arn, state: 'foreign' };
  const { DescribeKeyCommand } = await import('@aws-sdk/client-kms');
  const { KeyMetadata } = await ask(
    'kms:DescribeKey',
    () => kms.send(new DescribeKeyCommand({ KeyId: arn })),
    {
      name: 'NotFoundException',
      message: `the key ${arn} is gone`,
      fix: 'what it opened is lost: name another volume or snapshot',
    },
  );
  return { arn, state: KeyMetadata?.KeyState ?? 'in an unknown state' };
}
