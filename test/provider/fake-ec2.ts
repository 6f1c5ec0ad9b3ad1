/**
 * EC2 as far as moving a volume needs it: machines that take a while to start and stop, and volumes that one machine
 * has at a time. Time passes when somebody looks: each DescribeVolumes is one round.
 */
import type { EC2Client, Tag } from '@aws-sdk/client-ec2';
import { awsError } from '../support/aws';

export interface FakeMachine {
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  tags: Record<string, string>;
  /** Rounds that a shutdown takes; Infinity for one that never ends by itself. */
  slowness: number;
}

export interface FakeVolume {
  tags: Record<string, string>;
  made?: Date;
  snapshot?: string;
  held?: Date;
  attachment?: { instance: string; device: string; state: 'attaching' | 'attached' | 'detaching' };
}

interface Input {
  InstanceIds: string[];
  VolumeIds: string[];
  VolumeId: string;
  InstanceId: string;
  Device: string;
  Force?: boolean;
  Filters: { Values: string[] }[];
}

export const HOST_TAGS = {
  'airlock:stack': 'airlock',
  'airlock:cell': 'airlock/scout',
  'airlock:part': 'agent-host',
};
export const STATE_TAGS = { ...HOST_TAGS, 'airlock:part': 'state' };

export class FakeEc2 {
  readonly machines = new Map<string, FakeMachine>();
  readonly volumes = new Map<string, FakeVolume>();
  /** Every call that changes something, such as `StopInstances i-1`. */
  readonly changes: string[] = [];
  /** Thrown instead of serving a call, when it returns an error. */
  fault: (action: string) => Error | undefined = () => undefined;

  get client(): Pick<EC2Client, 'send'> {
    return this as unknown as Pick<EC2Client, 'send'>;
  }

  start(id: string, tags: Record<string, string> = HOST_TAGS): FakeMachine {
    const machine: FakeMachine = { state: 'running', tags, slowness: 2 };
    this.machines.set(id, machine);
    return machine;
  }

  create(id: string, instance?: string, tags: Record<string, string> = STATE_TAGS): FakeVolume {
    const volume: FakeVolume = { tags };
    if (instance) volume.attachment = { instance, device: '/dev/sdf', state: 'attached' };
    this.volumes.set(id, volume);
    return volume;
  }

  terminate(id: string): void {
    const machine = this.machines.get(id);
    if (machine) machine.state = 'terminated';
    for (const volume of this.volumes.values()) {
      if (volume.attachment?.instance === id) volume.attachment = undefined;
    }
  }

  holderOf(volume: string): string | undefined {
    return this.volumes.get(volume)?.attachment?.instance;
  }

  async send(command: object): Promise<unknown> {
    const action = command.constructor.name.replace(/Command$/, '');
    const { input } = command as { input: Input };
    const fault = this.fault(action);
    if (fault) throw fault;
    switch (action) {
      case 'DescribeVolumes':
        this.passTime();
        return { Volumes: input.VolumeIds.map((id) => this.describeVolume(id)) };
      case 'DescribeInstances':
        return {
          Reservations: [{ Instances: (input.Filters[0]?.Values ?? []).flatMap((id) => this.describe(id)) }],
        };
      default:
        this.changes.push(this.change(action, input));
        return {};
    }
  }

  private change(action: string, input: Input): string {
    const id = input.InstanceIds?.[0] ?? input.InstanceId;
    const machine = this.machines.get(id);
    if (!machine) throw awsError('InvalidInstanceID.NotFound');
    switch (action) {
      case 'StopInstances':
        if (input.Force) machine.slowness = 1;
        else if (machine.state !== 'running') throw awsError('IncorrectInstanceState');
        machine.state = 'stopping';
        return `${input.Force ? 'force ' : ''}stop ${id}`;
      case 'StartInstances':
        if (machine.state !== 'stopped') throw awsError('IncorrectInstanceState');
        machine.state = 'pending';
        return `start ${id}`;
      case 'DetachVolume':
        return this.detach(input, machine);
      case 'AttachVolume':
        return this.attach(input, machine);
      default:
        throw awsError('AccessDeniedException');
    }
  }

  private detach({ VolumeId, InstanceId, Force }: Input, { state }: FakeMachine): string {
    const volume = this.volumes.get(VolumeId);
    if (volume?.attachment?.instance !== InstanceId) throw awsError('InvalidAttachment.NotFound');
    // What the whole resource is for: the file system of a running machine is not pulled away.
    if (state !== 'stopped' || Force) throw awsError('TestFailure.DetachedFromARunningMachine');
    volume.attachment.state = 'detaching';
    return `detach ${VolumeId} from ${InstanceId}`;
  }

  private attach({ VolumeId, InstanceId, Device }: Input, { state }: FakeMachine): string {
    const volume = this.volumes.get(VolumeId);
    if (!volume || volume.attachment) throw awsError('VolumeInUse');
    if (state !== 'running' && state !== 'stopped') throw awsError('IncorrectState');
    const isTaken = [...this.volumes.values()].some(
      ({ attachment }) => attachment?.instance === InstanceId && attachment.device === Device,
    );
    if (isTaken) throw awsError('InvalidParameterValue');
    volume.attachment = { instance: InstanceId, device: Device, state: 'attaching' };
    return `attach ${VolumeId} to ${InstanceId}`;
  }

  private passTime(): void {
    for (const machine of this.machines.values()) {
      if (machine.state === 'pending') machine.state = 'running';
      if (machine.state === 'stopping') machine.slowness -= 1;
      if (machine.state === 'stopping' && machine.slowness <= 0) machine.state = 'stopped';
    }
    for (const volume of this.volumes.values()) {
      if (volume.attachment?.state === 'attaching') volume.attachment.state = 'attached';
      else if (volume.attachment?.state === 'detaching') volume.attachment = undefined;
    }
  }

  private describeVolume(VolumeId: string) {
    const volume = this.volumes.get(VolumeId);
    if (!volume) throw awsError('InvalidVolume.NotFound');
    const { attachment, tags, made, snapshot = '', held } = volume;
    return {
      VolumeId,
      Tags: tagList(tags),
      State: attachment ? 'in-use' : 'available',
      CreateTime: made,
      SnapshotId: snapshot,
      Attachments: attachment
        ? [{ InstanceId: attachment.instance, State: attachment.state, AttachTime: held }]
        : [],
    };
  }

  private describe(InstanceId: string) {
    const machine = this.machines.get(InstanceId);
    if (!machine) return [];
    const BlockDeviceMappings = [...this.volumes].flatMap(([VolumeId, { attachment }]) =>
      attachment?.instance === InstanceId ? [{ DeviceName: attachment.device, Ebs: { VolumeId } }] : [],
    );
    return [{ InstanceId, State: { Name: machine.state }, Tags: tagList(machine.tags), BlockDeviceMappings }];
  }
}

function tagList(tags: Record<string, string>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
