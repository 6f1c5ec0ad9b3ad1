import { CreateTagsCommand, CreateVolumeCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { DeployedStack } from './deployed-stack';

/** What somebody with rights to EC2 adds to scout's cell, besides the template. */
export class ByHand {
  constructor(private readonly stack: DeployedStack) {}

  /** Machines with the tags of the template's. */
  async start(part: 'agent-host' | 'proxy-box', count = 1): Promise<string[]> {
    const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: this.stack.tags('scout', part) }];
    const one = { ImageId: 'ami-1234567890abcdef0', MinCount: 1, MaxCount: 1, TagSpecifications };
    const ids: string[] = [];
    for (let started = 0; started < count; started += 1) {
      const { Instances = [] } = await this.stack.ec2.send(new RunInstancesCommand(one));
      ids.push(...Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
    }
    return ids;
  }

  /** A state volume that no machine has. */
  async volume(): Promise<string> {
    const { VolumeId = '' } = await this.stack.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }),
    );
    const Tags = this.stack.tags('scout', 'state');
    await this.stack.ec2.send(new CreateTagsCommand({ Resources: [VolumeId], Tags }));
    return VolumeId;
  }
}
