import type { EC2Client } from '@aws-sdk/client-ec2';
import { TAG_CELL, TAG_PART } from '../../../constructs/names';
import { tagFilters } from '../ec2-tags';
import { type Ask, everyPage } from './asking';
import type { LiveVolume } from './live';

/**
 * State volumes outlive their stack (VOL-2), so an account may have several of one name. Only attached ones count.
 *
 * @param cell `<stack>/<agent>`
 */
export async function stateVolumesOf(
  ec2: Pick<EC2Client, 'send'>,
  ask: Ask,
  cell: string,
): Promise<LiveVolume[]> {
  const { DescribeSnapshotsCommand, DescribeVolumesCommand } = await import('@aws-sdk/client-ec2');
  const volumes = await everyPage(
    (NextToken) =>
      ask('ec2:DescribeVolumes', () =>
        ec2.send(
          new DescribeVolumesCommand({
            Filters: [...tagFilters({ [TAG_CELL]: cell, [TAG_PART]: 'state' })],
            NextToken,
          }),
        ),
      ),
    ({ Volumes = [] }) => Volumes,
  );
  const ids = volumes.flatMap(({ VolumeId, Attachments = [] }) =>
    VolumeId && Attachments.some(({ State }) => State !== 'detached') ? VolumeId : [],
  );
  if (ids.length === 0) return [];
  const snapshots = await everyPage(
    (NextToken) =>
      ask('ec2:DescribeSnapshots', () =>
        ec2.send(
          new DescribeSnapshotsCommand({
            OwnerIds: ['self'],
            Filters: [
              { Name: 'volume-id', Values: ids },
              { Name: 'status', Values: ['completed'] },
            ],
            NextToken,
          }),
        ),
      ),
    ({ Snapshots = [] }) => Snapshots,
  );
  return ids.map((id) => {
    const times = snapshots
      .filter(({ VolumeId }) => VolumeId === id)
      .flatMap(({ StartTime }) => StartTime?.getTime() ?? []);
    return times.length === 0 ? { id } : { id, snapshot: new Date(Math.max(...times)) };
  });
}
