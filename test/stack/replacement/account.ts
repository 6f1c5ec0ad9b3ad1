import { createHash } from 'node:crypto';
import { overlap, parseCidr } from '../../../constructs/address/cidr';
import { FakeEc2 } from '../../provider/fake-ec2';

// biome-ignore lint/suspicious/noExplicitAny: what a template says, of any shape
export type Properties = Record<string, any>;

export interface Existing {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
}

/**
 * What exists in an account, as far as AWS lets nothing have it twice. It refuses what AWS refuses; everything else
 * it takes.
 */
export class Account {
  readonly ec2 = new FakeEc2();
  /** The ids of the newest images, by public parameter. */
  newest: Readonly<Record<string, string>> = {};
  /** In the order in which `Fn::GetAZs` gives them; each offers everything. */
  zones: readonly string[] = ['us-east-1a', 'us-east-1b'];
  readonly existing = new Map<string, Existing>();
  private made = 0;

  create(type: string, properties: Properties): string {
    this.made += 1;
    const prefix = { 'AWS::EC2::Instance': 'i', 'AWS::EC2::Volume': 'vol' }[type] ?? type;
    const id = `${prefix}-${this.made.toString(16).padStart(17, '0')}`;
    if (type === 'AWS::EC2::VolumeAttachment') this.attach(properties.VolumeId, properties.InstanceId);
    for (const { VolumeId } of properties.Volumes ?? []) this.attach(VolumeId, id);
    this.put({ id, type, properties });
    if (type === 'AWS::EC2::Volume') this.ec2.create(id, undefined, tagsOf(properties));
    if (type === 'AWS::EC2::Instance') this.ec2.start(id, tagsOf(properties));
    return id;
  }

  /** Systems Manager and EC2 as the provider asks them. */
  get client() {
    return { send: (command: object) => this.answer(command) };
  }

  update(id: string, properties: Properties): void {
    const { type } = this.existing.get(id) as Existing;
    this.put({ id, type, properties });
  }

  /** Whatever names it must be gone before. */
  delete(id: string): void {
    const { type, properties } = this.existing.get(id) as Existing;
    this.existing.delete(id);
    const user = [...this.existing.values()].find((other) => JSON.stringify(other.properties).includes(id));
    if (user) throw new Error(`${id} can't be deleted: ${user.id} uses it`);
    if (type === 'AWS::EC2::Instance') this.ec2.terminate(id);
    if (type === 'AWS::EC2::Volume' && this.ec2.holderOf(id)) throw new Error(`${id} is in use`);
    if (type === 'AWS::EC2::VPCGatewayAttachment') this.refusePublicAddresses(properties.VpcId);
  }

  private async answer(command: object): Promise<unknown> {
    const { input } = command as { input: { Name: string; Filters?: { Name: string; Values: string[] }[] } };
    switch (command.constructor.name) {
      case 'GetParameterCommand':
        return { Parameter: { Value: this.newest[input.Name] } };
      case 'DescribeInstanceTypeOfferingsCommand':
        return {
          InstanceTypeOfferings: this.zones.flatMap((Location) =>
            input.Filters?.[0]?.Values.map((InstanceType) => ({ Location, InstanceType })),
          ),
        };
      case 'DescribeInstancesCommand': {
        const [{ Name = '', Values = [] } = {}] = input.Filters ?? [];
        return Name.startsWith('tag:')
          ? this.describe(Name.slice('tag:'.length), Values)
          : this.ec2.send(command);
      }
      default:
        return this.ec2.send(command);
    }
  }

  private describe(tag: string, values: readonly string[]) {
    const found = [...this.existing.values()].filter(
      ({ type, properties }) =>
        type === 'AWS::EC2::Instance' && values.includes(tagsOf(properties)[tag] ?? ''),
    );
    const Instances = found.map(({ id, properties: { ImageId, SubnetId, Tags } }) => ({
      InstanceId: id,
      ImageId,
      Tags,
      Placement: { AvailabilityZone: this.existing.get(SubnetId)?.properties.AvailabilityZone },
    }));
    return { Reservations: [{ Instances }] };
  }

  private put(resource: Existing): void {
    const others = [...this.existing.values()].filter(({ id }) => id !== resource.id);
    for (const claim of this.claimsOf(resource)) {
      const owner = others.find((other) => this.claimsOf(other).includes(claim));
      if (owner) throw new Error(`${resource.id} asks for ${claim}, which ${owner.id} has`);
    }
    if (resource.type === 'AWS::EC2::Subnet') this.refuseOverlap(resource.properties, others);
    this.existing.set(resource.id, resource);
  }

  /** What only one resource may have at a time. */
  private claimsOf({ type, properties }: Existing): string[] {
    const own = EXCLUSIVE[type]?.(properties, (id) => this.existing.get(id)?.properties ?? {}) ?? [];
    const name = NAMES[type]?.reduce<unknown>(
      (value, key) => (value as Properties | undefined)?.[key],
      properties,
    );
    return typeof name === 'string' ? [...own, `the name ${name} of ${type}`] : own;
  }

  private attach(volume: string, instance: string): void {
    const found = this.ec2.volumes.get(volume);
    if (!found || found.attachment) throw new Error(`${instance} asks for ${volume}, which is attached`);
    found.attachment = { instance, device: '/dev/sdf', state: 'attached' };
  }

  private refuseOverlap({ VpcId, CidrBlock }: Properties, others: readonly Existing[]): void {
    const own = parseCidr(CidrBlock);
    const other = others.find(({ type, properties }) => {
      if (type !== 'AWS::EC2::Subnet' || properties.VpcId !== VpcId) return false;
      const block = parseCidr(properties.CidrBlock);
      return own && block && overlap(own, block);
    });
    if (other) throw new Error(`${CidrBlock} overlaps with ${other.id}`);
  }

  /** An internet gateway stays while something of its VPC has an address by it. */
  private refusePublicAddresses(vpc: string): void {
    const vpcOf = (subnet: string) => this.existing.get(subnet)?.properties.VpcId;
    for (const { id, type, properties } of this.existing.values()) {
      const isPublic =
        (type === 'AWS::EC2::NatGateway' && properties.VpcId === vpc) ||
        (type === 'AWS::EC2::EIP' &&
          vpcOf(this.existing.get(properties.InstanceId)?.properties.SubnetId) === vpc);
      if (isPublic) throw new Error(`${vpc} still has a public address, that of ${id}`);
    }
  }
}

/** From the reference of each type and the EC2 user guide: what AWS gives to one at a time. */
const EXCLUSIVE: Record<string, (properties: Properties, of: (id: string) => Properties) => string[]> = {
  'AWS::EC2::VPCGatewayAttachment': ({ VpcId, InternetGatewayId }) => [
    `the internet gateway ${InternetGatewayId}`,
    `the one internet gateway of ${VpcId}`,
  ],
  'AWS::EC2::NatGateway': ({ AvailabilityZoneAddresses: [{ AllocationIds }] }) => [
    `the address ${AllocationIds}`,
  ],
  'AWS::EC2::Instance': ({ SubnetId, PrivateIpAddress }) =>
    PrivateIpAddress ? [`the address ${PrivateIpAddress} in ${SubnetId}`] : [],
  'AWS::EC2::InstanceConnectEndpoint': ({ SubnetId }, of) => [
    `the one connect endpoint of ${of(SubnetId).VpcId}`,
  ],
  'AWS::EC2::SubnetRouteTableAssociation': ({ SubnetId }) => [`the routes of ${SubnetId}`],
  'AWS::EC2::Route': ({ RouteTableId, DestinationCidrBlock, DestinationPrefixListId }) => [
    `${DestinationCidrBlock ?? DestinationPrefixListId} in ${RouteTableId}`,
  ],
  'AWS::EC2::NetworkAclEntry': ({ NetworkAclId, Egress, RuleNumber }) => [
    `rule ${RuleNumber} (egress ${Egress}) of ${NetworkAclId}`,
  ],
  'AWS::EC2::FlowLog': ({ ResourceId, LogGroupName }) => [`flows of ${ResourceId} in ${LogGroupName}`],
  'AWS::EC2::TransitGatewayAttachment': ({ TransitGatewayId, VpcId }) => [`${TransitGatewayId} at ${VpcId}`],
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': ({ VpcId, Priority }) => [
    `DNS firewall priority ${Priority} of ${VpcId}`,
  ],
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': ({
    ResourceId,
    ResolverQueryLogConfigId,
  }) => [`${ResolverQueryLogConfigId} at ${ResourceId}`],
};

/** The property that names a resource for the whole account. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'AWS::Backup::BackupPlan': ['BackupPlan', 'BackupPlanName'],
  'AWS::Backup::BackupSelection': ['BackupSelection', 'SelectionName'],
  'AWS::Backup::BackupVault': ['BackupVaultName'],
  'AWS::Budgets::Budget': ['Budget', 'BudgetName'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::EC2::SecurityGroup': ['GroupName'],
  'AWS::IAM::InstanceProfile': ['InstanceProfileName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::Lambda::Function': ['FunctionName'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SSM::Parameter': ['Name'],
};

function tagsOf({ Tags = [] }: Properties): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));
}

/** Of everything but what was made for it: two accounts with the same content have the same one. */
export function digestOf(account: Account): string {
  const content = [[...account.existing.entries()].sort(), [...account.ec2.volumes], running(account)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function running({ ec2 }: Account): string[] {
  return [...ec2.machines].flatMap(([id, { state }]) => (state === 'running' ? [id] : []));
}
