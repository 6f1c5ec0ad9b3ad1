import { DescribeVolumesCommand, type EC2Client, type Volume } from '@aws-sdk/client-ec2';
import { nameOf, Refusal, refusalOf } from '../../function/refusal';
import type { StateAttachmentProperties } from './properties';

/**
 * No edit may give an agent a blank volume in place of the one it has (CHG-1), which removing `host.stateFrom` would do. A
 * volume that is blank and younger than the attachment of the present one was made by this deployment, and is refused.
 * Rolling a failed deployment back leads to an older volume, and passes.
 *
 * @throws Refusal with the line that keeps the present volume
 */
export async function refuseBlank(
  ec2: Pick<EC2Client, 'send'>,
  before: StateAttachmentProperties | undefined,
  wanted: StateAttachmentProperties,
  abortSignal: AbortSignal,
): Promise<void> {
  if (before === undefined || before.VolumeId === wanted.VolumeId) return;
  const present = await volumeOf(ec2, before.VolumeId, abortSignal);
  const next = await volumeOf(ec2, wanted.VolumeId, abortSignal);
  const held = present?.Attachments?.find(({ State }) => State !== 'detached')?.AttachTime;
  const isBlank = next !== undefined && !next.SnapshotId;
  if (!isBlank || !held || !next.CreateTime || next.CreateTime <= held) return;
  throw new Refusal(
    `the state volume "${before.VolumeId}" of ${wanted.Cell} would be replaced by an empty one: write ` +
      `"stateFrom: ${before.VolumeId}" below host in the agent's file, and deploy again`,
  );
}

async function volumeOf(
  ec2: Pick<EC2Client, 'send'>,
  id: string,
  abortSignal: AbortSignal,
): Promise<Volume | undefined> {
  try {
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }), { abortSignal });
    return Volumes?.[0];
  } catch (error) {
    if (nameOf(error) === 'InvalidVolume.NotFound') return undefined;
    throw refusalOf('ec2:DescribeVolumes', id, error);
  }
}
