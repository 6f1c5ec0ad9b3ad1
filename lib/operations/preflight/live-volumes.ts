import { TAG_CELL, TAG_PART } from '../../../constructs/names';
import type { Aws } from '../aws';
import { tagFilters } from '../ec2-tags';

/**
 * State volumes outlive their stack (VOL-2), so an account may have several of one name. Only attached ones count.
 *
 * @param cell `<stack>/<agent>`
 */
export async function stateVolumesOf(aws: Aws, cell: string) {
  const Filters = tagFilters({ [TAG_CELL]: cell, [TAG_PART]: 'state' });
  const volumes = await aws.list('ec2:DescribeVolumes', { Filters }, ({ Volumes }) => Volumes);
  const ids = volumes.flatMap(({ VolumeId, Attachments = [] }) =>
    VolumeId && Attachments.some(({ State }) => State !== 'detached') ? VolumeId : [],
  );
  if (ids.length === 0) return [];
  const finished = [
    { Name: 'volume-id', Values: ids },
    { Name: 'status', Values: ['completed'] },
  ];
  const snapshots = await aws.list(
    'ec2:DescribeSnapshots',
    { OwnerIds: ['self'], Filters: finished },
    ({ Snapshots }) => Snapshots,
  );
  return ids.map((id) => {
    const times = snapshots
      .filter(({ VolumeId }) => VolumeId === id)
      .flatMap(({ StartTime }) => StartTime?.getTime() ?? []);
    // When its newest finished one was begun.
    return { id, ...(times.length > 0 && { snapshot: new Date(Math.max(...times)) }) };
  });
}
