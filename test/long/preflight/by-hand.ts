import type { BuiltAccount } from '../verify/account';

/** What somebody with rights to EC2 adds to scout's cell, besides the template. */
export class ByHand {
  constructor(private readonly account: BuiltAccount) {}

  /** Agent hosts with the tags of the template's. */
  async start(count = 1): Promise<string[]> {
    const all = { ImageId: 'ami-1234567890abcdef0', MinCount: count, MaxCount: count };
    const TagSpecifications = [{ ResourceType: 'instance', Tags: this.tags('agent-host') }];
    const { Instances } = await this.account.call('ec2', 'RunInstances', { ...all, TagSpecifications });
    return Instances.map(({ InstanceId }: { InstanceId: string }) => InstanceId);
  }

  /** A state volume that no machine has. */
  async volume(): Promise<void> {
    const TagSpecifications = [{ ResourceType: 'volume', Tags: this.tags('state') }];
    const one = { AvailabilityZone: 'us-east-1a', Size: 1 };
    await this.account.call('ec2', 'CreateVolume', { ...one, TagSpecifications });
  }

  private tags(part: string): unknown {
    const isOne = (each: { type: string; agent?: string; part?: string }) =>
      each.agent === 'scout' && each.part === part && each.type !== 'AWS::EC2::SecurityGroup';
    return this.account.planned.find(isOne)?.get('Tags');
  }
}
