import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { auditLogGroup } from '../../../constructs/names';
import { type DeployedResource, deployedFrom } from '../../../lib/operations/verify/deployed';
import type { StackTemplate } from '../../stack/synthesise';
import type { Moto } from '../preflight/moto';

const ACCOUNT = '123456789012';
// biome-ignore lint/suspicious/noExplicitAny: properties of a template
type Properties = any;

/**
 * What a stack's template makes, made in moto by the services' own calls: moto's CloudFormation forgets what security groups
 * let out, network ACLs and tags. moto has no DNS firewall, backup or connect endpoint: `verify-clients.ts` answers for them.
 */
export class BuiltAccount {
  /** By logical id. */
  readonly ids = new Map<string, string>();
  readonly ec2: ec2.EC2Client;
  readonly iam: iam.IAMClient;
  readonly kms: kms.KMSClient;
  readonly logs: logs.CloudWatchLogsClient;
  readonly sns: sns.SNSClient;
  readonly ssm: ssm.SSMClient;
  templateText = '';
  private planned: readonly DeployedResource[] = [];
  private main = '';

  constructor(moto: Moto) {
    const settings = {
      endpoint: moto.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'placeholder', secretAccessKey: 'not-a-real-key' },
    };
    this.ec2 = new ec2.EC2Client(settings);
    this.iam = new iam.IAMClient(settings);
    this.kms = new kms.KMSClient(settings);
    this.logs = new logs.CloudWatchLogsClient(settings);
    this.sns = new sns.SNSClient(settings);
    this.ssm = new ssm.SSMClient(settings);
  }

  /** Takes the template that `build` makes. */
  plan(template: StackTemplate): void {
    this.templateText = JSON.stringify(template);
    for (const logical of Object.keys(template.Resources)) this.ids.set(logical, logical);
    const place = { partition: 'aws', region: 'us-east-1', account: ACCOUNT };
    // Until it is made, the id of a resource is its logical id.
    this.planned = deployedFrom(
      { ...place, stack: 'airlock', status: 'CREATE_COMPLETE' },
      this.templateText,
      this.ids,
    ).resources;
  }

  /** The id on AWS of the only resource of a type, of an agent ('' for what they share) and a part. */
  id(type: string, about: { agent?: string; part?: string; which?: RegExp } = {}): string {
    const found = this.planned.filter(
      (each) =>
        each.type === type &&
        (about.agent === undefined || (each.agent ?? '') === about.agent) &&
        (about.part === undefined || each.part === about.part) &&
        (about.which === undefined || about.which.test(each.id)),
    );
    const [only] = found;
    if (!only || found.length > 1) throw new Error(`${found.length} of ${type} ${JSON.stringify(about)}`);
    return this.ids.get(only.id) ?? '';
  }

  async build(): Promise<void> {
    for (const [type, make] of Object.entries(this.makers())) {
      for (const resource of this.planned.filter((each) => each.type === type)) {
        const p = new Proxy({} as Properties, { get: (_, name: string) => resource.get(name) });
        const id = await make(p, resource);
        if (id) this.ids.set(resource.id, id);
      }
    }
  }

  private makers(): Record<string, (p: Properties, of: DeployedResource) => Promise<string | undefined>> {
    const { ec2: client } = this;
    return {
      'AWS::KMS::Key': async ({ KeyPolicy }) => {
        const Policy = JSON.stringify(KeyPolicy);
        const { KeyMetadata } = await this.kms.send(new kms.CreateKeyCommand({ Policy }));
        await this.kms.send(new kms.EnableKeyRotationCommand({ KeyId: KeyMetadata?.KeyId }));
        return KeyMetadata?.KeyId;
      },
      'AWS::EC2::VPC': ({ CidrBlock, EnableDnsSupport }) => this.vpc(CidrBlock, EnableDnsSupport),
      'AWS::EC2::DHCPOptions': async ({ DomainNameServers }) => {
        const DhcpConfigurations = [{ Key: 'domain-name-servers', Values: DomainNameServers }];
        const made = await client.send(new ec2.CreateDhcpOptionsCommand({ DhcpConfigurations }));
        return made.DhcpOptions?.DhcpOptionsId;
      },
      'AWS::EC2::VPCDHCPOptionsAssociation': async ({ VpcId, DhcpOptionsId }) => {
        await client.send(new ec2.AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId }));
        return undefined;
      },
      'AWS::EC2::Subnet': async ({ VpcId, CidrBlock }) => {
        const made = await client.send(
          new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: 'us-east-1a' }),
        );
        return made.Subnet?.SubnetId;
      },
      'AWS::EC2::SecurityGroup': (p, { id }) => this.group(p, id),
      'AWS::EC2::InternetGateway': async () =>
        (await client.send(new ec2.CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId,
      'AWS::EC2::VPCGatewayAttachment': async ({ VpcId, InternetGatewayId }) => {
        await client.send(new ec2.AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
        return undefined;
      },
      'AWS::EC2::NatGateway': async ({ SubnetId }) => {
        const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }));
        const made = await client.send(new ec2.CreateNatGatewayCommand({ SubnetId, AllocationId }));
        return made.NatGateway?.NatGatewayId;
      },
      'AWS::EC2::TransitGatewayAttachment': async ({ VpcId, SubnetIds, TransitGatewayId }) => {
        const made = await client.send(
          new ec2.CreateTransitGatewayVpcAttachmentCommand({ VpcId, SubnetIds, TransitGatewayId }),
        );
        return made.TransitGatewayVpcAttachment?.TransitGatewayAttachmentId;
      },
      'AWS::EC2::RouteTable': async ({ VpcId }) =>
        (await client.send(new ec2.CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId,
      'AWS::EC2::SubnetRouteTableAssociation': async ({ SubnetId, RouteTableId }) =>
        (await client.send(new ec2.AssociateRouteTableCommand({ SubnetId, RouteTableId }))).AssociationId,
      'AWS::EC2::Route': async (p) => {
        const { RouteTableId, DestinationCidrBlock, GatewayId, NatGatewayId, TransitGatewayId } = p;
        const of = { RouteTableId, DestinationCidrBlock };
        await client.send(new ec2.CreateRouteCommand({ ...of, GatewayId, NatGatewayId, TransitGatewayId }));
        return undefined;
      },
      'AWS::EC2::NetworkAcl': async ({ VpcId }) =>
        (await client.send(new ec2.CreateNetworkAclCommand({ VpcId }))).NetworkAcl?.NetworkAclId,
      'AWS::EC2::NetworkAclEntry': async (p) => {
        await this.entry(p);
        return undefined;
      },
      'AWS::EC2::SubnetNetworkAclAssociation': async ({ SubnetId, NetworkAclId }) => {
        await this.useAcl(SubnetId, NetworkAclId);
        return undefined;
      },
      'AWS::IAM::Role': async ({ AssumeRolePolicyDocument }, { id }) => {
        const document = JSON.stringify(AssumeRolePolicyDocument);
        const RoleName = id.slice(0, 60);
        const command = new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document });
        return (await this.iam.send(command)).Role?.RoleName;
      },
      'AWS::Logs::LogGroup': async ({ LogGroupName, KmsKeyId, RetentionInDays }) => {
        const of = { logGroupName: LogGroupName };
        await this.logs.send(new logs.CreateLogGroupCommand({ ...of, kmsKeyId: KmsKeyId }));
        await this.logs.send(new logs.PutRetentionPolicyCommand({ ...of, retentionInDays: RetentionInDays }));
        return LogGroupName;
      },
      'AWS::SNS::Topic': async ({ KmsMasterKeyId }, { id }) => {
        const Attributes = { KmsMasterKeyId };
        const { TopicArn } = await this.sns.send(new sns.CreateTopicCommand({ Name: id, Attributes }));
        await this.sns.send(
          new sns.SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }),
        );
        return TopicArn;
      },
      'AWS::IAM::ManagedPolicy': async ({ PolicyDocument, Roles }, { id }) => {
        const document = JSON.stringify(PolicyDocument);
        const { Policy } = await this.iam.send(
          new iam.CreatePolicyCommand({ PolicyName: id, PolicyDocument: document }),
        );
        for (const RoleName of Roles ?? []) {
          await this.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));
        }
        return Policy?.Arn;
      },
      'AWS::IAM::InstanceProfile': async ({ Roles }, { id: InstanceProfileName }) => {
        await this.iam.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
        await this.iam.send(
          new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: Roles[0] }),
        );
        return InstanceProfileName;
      },
      'AWS::EC2::Instance': (p, of) => this.instance(p, of),
      'AWS::EC2::Volume': (p, of) => this.volume(p, of),
      'AWS::EC2::EIP': async ({ InstanceId }) => {
        const { AllocationId, PublicIp } = await client.send(
          new ec2.AllocateAddressCommand({ Domain: 'vpc' }),
        );
        if (InstanceId) await client.send(new ec2.AssociateAddressCommand({ AllocationId, InstanceId }));
        return PublicIp;
      },
      'AWS::EC2::FlowLog': async ({ ResourceId, LogGroupName, DeliverLogsPermissionArn }) => {
        const command = new ec2.CreateFlowLogsCommand({
          ResourceIds: [ResourceId],
          ResourceType: 'VPC',
          TrafficType: 'ALL',
          LogGroupName,
          DeliverLogsPermissionArn,
        });
        return (await client.send(command)).FlowLogIds?.[0];
      },
      'AWS::SSM::Parameter': async ({ Name, Value }) => {
        await this.ssm.send(new ssm.PutParameterCommand({ Name, Value, Type: 'String' }));
        return Name;
      },
      'Custom::AirlockAgentSecrets': async (p) => {
        for (const Name of [...p.Parameters, p.CaKeyParameter]) await this.secret(Name, 'UNSET', p.KeyArn);
        const Value = 'a certificate';
        await this.ssm.send(
          new ssm.PutParameterCommand({ Name: p.CaCertificateParameter, Value, Type: 'String' }),
        );
        return undefined;
      },
    };
  }

  async secret(Name: string, Value: string, KeyId: string): Promise<void> {
    const command = new ssm.PutParameterCommand({
      Name,
      Value,
      KeyId,
      Type: 'SecureString',
      Overwrite: true,
    });
    await this.ssm.send(command);
  }

  async entry(p: Properties): Promise<void> {
    const { NetworkAclId, RuleNumber, Egress, RuleAction, CidrBlock, PortRange } = p;
    const about = { NetworkAclId, RuleNumber, Egress, RuleAction, CidrBlock, PortRange };
    const Protocol = String(p.Protocol);
    await this.ec2.send(new ec2.CreateNetworkAclEntryCommand({ ...about, Protocol, IcmpTypeCode: p.Icmp }));
  }

  async transitGateway(): Promise<string> {
    const made = await this.ec2.send(new ec2.CreateTransitGatewayCommand({}));
    return made.TransitGateway?.TransitGatewayId ?? '';
  }

  async useAcl(SubnetId: string, NetworkAclId: string): Promise<void> {
    const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId] }];
    const { NetworkAcls = [] } = await this.ec2.send(new ec2.DescribeNetworkAclsCommand({ Filters }));
    const old = NetworkAcls.flatMap(({ Associations = [] }) => Associations).find(
      (each) => each.SubnetId === SubnetId,
    );
    const AssociationId = old?.NetworkAclAssociationId;
    await this.ec2.send(new ec2.ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
  }

  async vpc(CidrBlock: string, dns: boolean): Promise<string> {
    const { Vpc } = await this.ec2.send(new ec2.CreateVpcCommand({ CidrBlock }));
    await this.prepareVpc(Vpc?.VpcId ?? '', dns);
    return Vpc?.VpcId ?? '';
  }

  private async prepareVpc(VpcId: string, dns: boolean): Promise<void> {
    this.main = VpcId;
    await this.ec2.send(new ec2.ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: dns } }));
    const GroupId = await this.defaultGroup();
    await this.allowNothing(GroupId);
    const { SecurityGroups = [] } = await this.ec2.send(
      new ec2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }),
    );
    const IpPermissions = SecurityGroups[0]?.IpPermissions ?? [];
    if (IpPermissions.length > 0) {
      await this.ec2.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    }
  }

  async defaultGroup(): Promise<string> {
    const Filters = [
      { Name: 'vpc-id', Values: [this.main] },
      { Name: 'group-name', Values: ['default'] },
    ];
    const found = await this.ec2.send(new ec2.DescribeSecurityGroupsCommand({ Filters }));
    return found.SecurityGroups?.[0]?.GroupId ?? '';
  }

  /** Takes away the rule that AWS gives each group: everything, everywhere. */
  private async allowNothing(GroupId: string): Promise<void> {
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await this.ec2.send(new ec2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  }

  private async group(p: Properties, logical: string): Promise<string> {
    const { GroupId = '' } = await this.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        VpcId: p.VpcId,
        GroupName: logical,
        Description: 'of the stack',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: p.Tags }],
      }),
    );
    this.ids.set(logical, GroupId);
    await this.allowNothing(GroupId);
    for (const rule of p.SecurityGroupIngress ?? []) await this.allow('in', GroupId, rule);
    for (const rule of p.SecurityGroupEgress ?? []) await this.allow('out', GroupId, rule);
    return GroupId;
  }

  async allow(direction: 'in' | 'out', GroupId: string, rule: Properties): Promise<void> {
    const peer = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
    const IpPermissions = [
      {
        IpProtocol: rule.IpProtocol,
        FromPort: rule.FromPort,
        ToPort: rule.ToPort,
        ...(rule.CidrIp && { IpRanges: [{ CidrIp: rule.CidrIp }] }),
        ...(peer && { UserIdGroupPairs: [{ GroupId: peer }] }),
      },
    ];
    const of = { GroupId, IpPermissions };
    if (direction === 'in') await this.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand(of));
    else await this.ec2.send(new ec2.AuthorizeSecurityGroupEgressCommand(of));
  }

  private async instance(p: Properties, { part }: DeployedResource): Promise<string> {
    const { ImageId, InstanceType, SubnetId, SecurityGroupIds, BlockDeviceMappings, Tags } = p;
    const about = { ImageId, InstanceType, SubnetId, SecurityGroupIds, BlockDeviceMappings };
    const made = await this.ec2.send(
      new ec2.RunInstancesCommand({
        ...about,
        MinCount: 1,
        MaxCount: 1,
        MetadataOptions: p.MetadataOptions,
        ...(part === 'proxy-box' && { IamInstanceProfile: { Name: p.IamInstanceProfile } }),
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      }),
    );
    return made.Instances?.[0]?.InstanceId ?? '';
  }

  /** With its attachment, which the provider function makes. */
  private async volume({ Size, KmsKeyId, Tags }: Properties, { agent }: DeployedResource): Promise<string> {
    const { VolumeId = '' } = await this.ec2.send(
      new ec2.CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size,
        Encrypted: true,
        KmsKeyId,
        TagSpecifications: [{ ResourceType: 'volume', Tags }],
      }),
    );
    const InstanceId = this.id('AWS::EC2::Instance', { agent, part: 'agent-host' });
    await this.ec2.send(new ec2.AttachVolumeCommand({ Device: '/dev/sdf', InstanceId, VolumeId }));
    return VolumeId;
  }

  /** A line of a proxy box, as it writes one. */
  async line(agent: string, logStreamName: string, line: object, at: Date): Promise<void> {
    const of = { logGroupName: auditLogGroup('airlock', agent), logStreamName };
    await this.logs.send(new logs.CreateLogStreamCommand(of)).catch(() => undefined);
    const logEvents = [{ message: JSON.stringify(line), timestamp: at.getTime() }];
    await this.logs.send(new logs.PutLogEventsCommand({ ...of, logEvents }));
  }
}
