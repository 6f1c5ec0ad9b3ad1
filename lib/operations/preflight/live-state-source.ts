import { TAG_CELL, TAG_PART } from '../../../constructs/names';
import type { StateSource } from '../../config/values/state-source';
import type { Aws } from '../aws';
import { byId, tagOf } from '../ec2-tags';
import type { LiveKey, LiveStateSource } from './live';

export function stateSourceOf(aws: Aws, from: StateSource): Promise<LiveStateSource> {
  return from.kind === 'volume' ? volumeOf(aws, from.id) : snapshotOf(aws, from.id);
}

async function volumeOf(aws: Aws, id: string): Promise<LiveStateSource> {
  const volume = (await aws.call('ec2:DescribeVolumes', byId('volume-id', id))).Volumes?.[0];
  if (!volume) return { kind: 'missing' };
  const holder = volume.Attachments?.find(({ State }) => State !== 'detached')?.InstanceId;
  let heldBy: { readonly id: string; readonly cell?: string } | undefined;
  if (holder) {
    const page = await aws.call('ec2:DescribeInstances', byId('instance-id', holder));
    heldBy = { id: holder, cell: tagOf(page.Reservations?.[0]?.Instances?.[0]?.Tags, TAG_CELL) };
  }
  return {
    kind: 'volume',
    state: volume.State ?? '',
    zone: volume.AvailabilityZone ?? '',
    heldBy,
    cell: tagOf(volume.Tags, TAG_CELL),
    isState: tagOf(volume.Tags, TAG_PART) === 'state',
    key: await keyOf(aws, volume.KmsKeyId),
  };
}

async function snapshotOf(aws: Aws, id: string): Promise<LiveStateSource> {
  const find = async (own: object) =>
    (await aws.call('ec2:DescribeSnapshots', { ...byId('snapshot-id', id), ...own })).Snapshots?.[0];
  const own = await find({ OwnerIds: ['self'] });
  if (own) {
    return {
      kind: 'snapshot',
      state: own.State ?? '',
      sizeGiB: own.VolumeSize ?? 0,
      key: await keyOf(aws, own.KmsKeyId, own.OwnerId),
    };
  }
  const shared = await find({});
  return shared ? { kind: 'foreign', owner: shared.OwnerId ?? 'unknown' } : { kind: 'missing' };
}

async function keyOf(aws: Aws, arn: string | undefined, account?: string): Promise<LiveKey | undefined> {
  if (arn === undefined) return undefined;
  if (account !== undefined && arn.split(':')[4] !== account) return { arn, state: 'foreign' };
  const missing = {
    name: 'NotFoundException',
    message: `the key ${arn} is gone`,
    fix: 'what it opened is lost: name another volume or snapshot',
  };
  const { KeyMetadata } = await aws.call('kms:DescribeKey', { KeyId: arn }, { missing });
  return { arn, state: KeyMetadata?.KeyState ?? 'in an unknown state' };
}
