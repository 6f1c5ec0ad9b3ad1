import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import { TAG_CELL, TAG_PART } from '../../../names';
import { Refusal, refusalOf } from '../../function/refusal';
import type { HostView, View } from './next-step';
import type { StateAttachmentProperties } from './properties';

/**
 * Reads the volume and its machines from EC2.
 *
 * @throws Refusal when one of them is not this agent's: nothing has been changed then
 */
export async function observe(
  ec2: Pick<EC2Client, 'send'>,
  wanted: StateAttachmentProperties,
  signal: AbortSignal,
): Promise<Omit<View, 'isOverdue'>> {
  const { VolumeId, InstanceId, Device, Cell } = wanted;
  const volume = await volumeOf(ec2, VolumeId, Cell, signal);
  const attachment = volume.Attachments?.find(({ State }) => State !== 'detached');
  const hosts = await hostsOf(ec2, [InstanceId, attachment?.InstanceId], Cell, signal);
  const target = hosts.get(InstanceId);
  if (!target) throw new Refusal(`instance "${InstanceId}" does not exist: deploy again`);
  const occupant = target.devices.get(Device);
  // Whatever else is there is not ours to take away, unless it is this agent's state as well.
  if (occupant && occupant !== VolumeId) await volumeOf(ec2, occupant, Cell, signal);
  const holderId = attachment?.InstanceId;
  return {
    volume: VolumeId,
    volumeState: volume.State ?? '',
    wanted: target,
    holder: holderId
      ? {
          id: holderId,
          // A machine that is gone no longer holds anything; EC2 may say so a little later.
          state: hosts.get(holderId)?.state ?? 'terminated',
          attachment: attachment.State ?? '',
        }
      : undefined,
    occupant: occupant === VolumeId ? undefined : occupant,
  };
}

async function volumeOf(ec2: Pick<EC2Client, 'send'>, id: string, cell: string, abortSignal: AbortSignal) {
  const command = new DescribeVolumesCommand({ VolumeIds: [id] });
  const { Volumes } = await ask('ec2:DescribeVolumes', id, () => ec2.send(command, { abortSignal }));
  const volume = Volumes?.find(({ VolumeId }) => VolumeId === id);
  if (!volume) throw new Refusal(`volume "${id}" does not exist: restore a backup, then deploy again`);
  refuseForeign(`volume "${id}"`, volume.Tags, cell, 'state');
  return volume;
}

interface Host extends HostView {
  /** Volume ids by device name. */
  readonly devices: ReadonlyMap<string, string>;
}

async function hostsOf(
  ec2: Pick<EC2Client, 'send'>,
  ids: readonly (string | undefined)[],
  cell: string,
  abortSignal: AbortSignal,
): Promise<Map<string, Host>> {
  const Values = [...new Set(ids.filter((id) => id !== undefined))];
  // A filter, because ids that are gone fail the whole call.
  const command = new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values }] });
  const page = await ask('ec2:DescribeInstances', Values.join(), () => ec2.send(command, { abortSignal }));
  const found = new Map<string, Host>();
  for (const instance of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
    const id = instance.InstanceId ?? '';
    refuseForeign(`instance "${id}"`, instance.Tags, cell, 'agent-host');
    const devices = (instance.BlockDeviceMappings ?? []).flatMap(({ DeviceName, Ebs }) =>
      DeviceName && Ebs?.VolumeId ? [[DeviceName, Ebs.VolumeId] as const] : [],
    );
    found.set(id, { id, state: instance.State?.Name ?? '', devices: new Map(devices) });
  }
  return found;
}

function refuseForeign(what: string, tags: readonly Tag[] = [], cell: string, part: string): void {
  const tag = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  if (tag(TAG_CELL) === cell && tag(TAG_PART) === part) return;
  throw new Refusal(
    `${what} does not carry the tags ${TAG_CELL}=${cell} and ${TAG_PART}=${part}: if it belongs to that agent, give ` +
      'it both and deploy again',
  );
}

async function ask<T>(action: string, subject: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw refusalOf(action, subject, error);
  }
}
