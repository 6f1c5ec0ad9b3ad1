import type { Tag } from '@aws-sdk/client-ec2';
import type { Aws } from '../aws';
import { byId } from '../ec2-tags';

/** A machine as a rebuild needs to know it. */
export interface RootMachine {
  readonly zone: string;
  /** The image that it was launched with. */
  readonly image: string;
  readonly architecture: string;
  /** Id of its root volume. @default it has none */
  readonly root?: string;
}

export interface Disk {
  readonly sizeGiB: number;
  readonly type: string;
  readonly key?: string;
  readonly tags: readonly Tag[];
  /** EC2's word, such as `available`. */
  readonly state: string;
}

export interface ImageRoot {
  readonly architecture: string;
  readonly snapshot: string;
  readonly sizeGiB: number;
}

/** The calls to EC2 that a rebuild makes. A call that AWS refuses throws AwsError. */
export interface Disks {
  machine(id: string): Promise<RootMachine | undefined>;
  disk(volume: string): Promise<Disk | undefined>;
  /** @returns undefined when nobody shares such an image with the account */
  image(id: string): Promise<ImageRoot | undefined>;
  create(disk: Omit<Disk, 'state'> & { readonly zone: string; readonly snapshot: string }): Promise<string>;
  /** @returns id of the task */
  replaceRoot(machine: string, volume: string): Promise<string>;
  /** EC2's word, such as `succeeded`. */
  task(id: string): Promise<string>;
}

export function awsDisks(aws: Aws): Disks {
  return {
    machine: async (id) => {
      const { Reservations = [] } = await aws.call('ec2:DescribeInstances', byId('instance-id', id));
      const [found] = Reservations.flatMap(({ Instances = [] }) => Instances);
      return (
        found && {
          zone: found.Placement?.AvailabilityZone ?? '',
          image: found.ImageId ?? '',
          architecture: found.Architecture ?? '',
          root: found.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === found.RootDeviceName)?.Ebs
            ?.VolumeId,
        }
      );
    },
    disk: async (volume) => {
      const { Volumes = [] } = await aws.call('ec2:DescribeVolumes', byId('volume-id', volume));
      return Volumes.map(({ Size = 0, VolumeType = 'gp3', KmsKeyId, Tags = [], State = 'unknown' }) => ({
        sizeGiB: Size,
        type: VolumeType,
        key: KmsKeyId,
        tags: Tags,
        state: State,
      }))[0];
    },
    image: async (id) => {
      const input = { ...byId('image-id', id), IncludeDeprecated: true };
      const [found] = (await aws.call('ec2:DescribeImages', input)).Images ?? [];
      const ebs = found?.BlockDeviceMappings?.find(
        ({ DeviceName }) => DeviceName === found.RootDeviceName,
      )?.Ebs;
      if (ebs?.SnapshotId === undefined) return undefined;
      const architecture = found?.Architecture ?? '';
      return { architecture, snapshot: ebs.SnapshotId, sizeGiB: ebs.VolumeSize ?? 0 };
    },
    create: async ({ zone, snapshot, sizeGiB, type, key, tags }) => {
      const input = {
        AvailabilityZone: zone,
        SnapshotId: snapshot,
        Size: sizeGiB,
        VolumeType: type as 'gp3',
        Encrypted: true,
        KmsKeyId: key,
        TagSpecifications: [
          // AWS keeps names that begin so for itself.
          { ResourceType: 'volume' as const, Tags: tags.filter(({ Key = '' }) => !Key.startsWith('aws:')) },
        ],
      };
      const action = "ec2:CreateVolume with the agent's key";
      return (await aws.call('ec2:CreateVolume', input, { action })).VolumeId ?? '';
    },
    replaceRoot: async (InstanceId, VolumeId) => {
      // The old disk stays: it may be evidence.
      const input = { InstanceId, VolumeId, DeleteReplacedRootVolume: false };
      const { ReplaceRootVolumeTask } = await aws.call('ec2:CreateReplaceRootVolumeTask', input);
      return ReplaceRootVolumeTask?.ReplaceRootVolumeTaskId ?? '';
    },
    task: async (id) => {
      const input = { ReplaceRootVolumeTaskIds: [id] };
      const { ReplaceRootVolumeTasks = [] } = await aws.call('ec2:DescribeReplaceRootVolumeTasks', input);
      return ReplaceRootVolumeTasks[0]?.TaskState ?? 'unknown';
    },
  };
}
