import { setTimeout as pause } from 'node:timers/promises';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { auditLogGroup } from '../../../constructs/names';
import { ensureAgentSecrets } from '../../../constructs/provider/resources/agent-secrets/agent-secrets';
import { ParameterStore } from '../../../constructs/provider/resources/agent-secrets/parameter-store';
import { readAgentSecrets } from '../../../constructs/provider/resources/agent-secrets/properties';
import { type DeployedResource, deployedFrom } from '../../../lib/operations/verify/deployed';
import type { StackTemplate } from '../../stack/synthesise';
import type { Moto } from '../preflight/moto';

const ACCOUNT = '123456789012';
const SERVICES = { ec2, iam, kms, logs, sns, ssm };
// biome-ignore lint/suspicious/noExplicitAny: properties of a template, and answers
type Properties = any;

/**
 * What a stack's template makes, made in moto by the services' own calls: moto's CloudFormation forgets what security groups
 * let out, network ACLs and tags. moto has no DNS firewall, backup or connect endpoint: `verify-clients.ts` answers for them.
 */
export class BuiltAccount {
  /** By logical id. */
  readonly ids = new Map<string, string>();
  readonly clients: Readonly<Record<keyof typeof SERVICES, { send(command: object): Promise<unknown> }>>;
  templateText = '';
  planned: readonly DeployedResource[] = [];
  private main = '';
  /** The id of the Transit Gateway, which is not the stack's. */
  transit = '';

  constructor({ endpoint }: Moto) {
    const credentials = { accessKeyId: 'placeholder', secretAccessKey: 'not-a-real-key' };
    const settings = { endpoint, region: 'us-east-1', credentials };
    this.clients = {
      ec2: new ec2.EC2Client(settings),
      iam: new iam.IAMClient(settings),
      kms: new kms.KMSClient(settings),
      logs: new logs.CloudWatchLogsClient(settings),
      sns: new sns.SNSClient(settings),
      ssm: new ssm.SSMClient(settings),
    } as never;
  }

  /** The same in a copy of the account. */
  in(copy: Moto): BuiltAccount {
    const { ids, templateText, planned, main, transit } = this;
    const account = new BuiltAccount(copy);
    Object.assign(account, { ids, templateText, planned, main, transit });
    return account;
  }

  /** One call, by the names of the services' own interfaces: `call('ec2', 'CreateVpc', { CidrBlock })`. */
  async call(service: keyof typeof SERVICES, operation: string, input: object = {}): Promise<Properties> {
    const Command = (SERVICES[service] as Properties)[`${operation}Command`];
    return this.clients[service].send(new Command(input));
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
    /** A call that takes properties as the template names them. @param id where the answer has it */
    const plain = (operation: string, names: string, id?: string) => async (p: Properties) => {
      const input = Object.fromEntries(names.split(' ').map((name) => [name, p[name]]));
      const answer = await this.call('ec2', operation, names === '' ? {} : input);
      return id?.split('.').reduce((value, name) => value[name], answer);
    };
    return {
      'AWS::KMS::Key': async ({ KeyPolicy }) => {
        const Policy = JSON.stringify(KeyPolicy);
        const { KeyMetadata } = await this.call('kms', 'CreateKey', { Policy });
        await this.call('kms', 'EnableKeyRotation', { KeyId: KeyMetadata?.KeyId });
        return KeyMetadata?.KeyId;
      },
      'AWS::EC2::VPC': ({ CidrBlock, EnableDnsSupport }) => this.vpc(CidrBlock, EnableDnsSupport),
      'AWS::EC2::DHCPOptions': async ({ DomainNameServers }) => {
        const DhcpConfigurations = [{ Key: 'domain-name-servers', Values: DomainNameServers }];
        const made = await this.call('ec2', 'CreateDhcpOptions', { DhcpConfigurations });
        return made.DhcpOptions?.DhcpOptionsId;
      },
      'AWS::EC2::VPCDHCPOptionsAssociation': plain('AssociateDhcpOptions', 'VpcId DhcpOptionsId'),
      'AWS::EC2::Subnet': plain('CreateSubnet', 'VpcId CidrBlock AvailabilityZone', 'Subnet.SubnetId'),
      'AWS::EC2::SecurityGroup': (p, { id }) => this.group(p, id),
      'AWS::EC2::InternetGateway': plain('CreateInternetGateway', '', 'InternetGateway.InternetGatewayId'),
      'AWS::EC2::VPCGatewayAttachment': plain('AttachInternetGateway', 'VpcId InternetGatewayId'),
      // moto knows zonal ones alone, and makes no table for a regional one.
      'AWS::EC2::NatGateway': async ({ VpcId }) => {
        const SubnetId = this.id('AWS::EC2::Subnet', { which: /Proxies/ });
        const { AllocationId } = await this.call('ec2', 'AllocateAddress', { Domain: 'vpc' });
        const made = await this.call('ec2', 'CreateNatGateway', { SubnetId, AllocationId });
        const { RouteTable } = await this.call('ec2', 'CreateRouteTable', { VpcId });
        await this.call('ec2', 'CreateRoute', {
          RouteTableId: RouteTable?.RouteTableId,
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: this.id('AWS::EC2::InternetGateway'),
        });
        return made.NatGateway?.NatGatewayId;
      },
      'AWS::EC2::TransitGatewayAttachment': plain(
        'CreateTransitGatewayVpcAttachment',
        'VpcId SubnetIds TransitGatewayId',
        'TransitGatewayVpcAttachment.TransitGatewayAttachmentId',
      ),
      'AWS::EC2::PrefixList': plain(
        'CreateManagedPrefixList',
        'PrefixListName AddressFamily MaxEntries Entries',
        'PrefixList.PrefixListId',
      ),
      'AWS::EC2::RouteTable': plain('CreateRouteTable', 'VpcId', 'RouteTable.RouteTableId'),
      'AWS::EC2::SubnetRouteTableAssociation': plain(
        'AssociateRouteTable',
        'SubnetId RouteTableId',
        'AssociationId',
      ),
      'AWS::EC2::Route': plain(
        'CreateRoute',
        'RouteTableId DestinationCidrBlock DestinationPrefixListId GatewayId NatGatewayId TransitGatewayId',
      ),
      'AWS::EC2::NetworkAcl': plain('CreateNetworkAcl', 'VpcId', 'NetworkAcl.NetworkAclId'),
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
        const { Role } = await this.call('iam', 'CreateRole', {
          RoleName,
          AssumeRolePolicyDocument: document,
        });
        return Role.RoleName;
      },
      'AWS::Logs::LogGroup': async ({ LogGroupName, KmsKeyId, RetentionInDays }) => {
        const of = { logGroupName: LogGroupName };
        await this.call('logs', 'CreateLogGroup', { ...of, kmsKeyId: KmsKeyId });
        await this.call('logs', 'PutRetentionPolicy', { ...of, retentionInDays: RetentionInDays });
        return LogGroupName;
      },
      'AWS::SNS::Topic': async ({ KmsMasterKeyId }, { id }) => {
        const Attributes = { KmsMasterKeyId };
        const { TopicArn } = await this.call('sns', 'CreateTopic', { Name: id, Attributes });
        await this.call('sns', 'Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'a@example.com' });
        return TopicArn;
      },
      'AWS::IAM::ManagedPolicy': async ({ PolicyDocument, Roles }, { id }) => {
        const document = JSON.stringify(PolicyDocument);
        const { Policy } = await this.call('iam', 'CreatePolicy', {
          PolicyName: id,
          PolicyDocument: document,
        });
        for (const RoleName of Roles ?? []) {
          await this.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: Policy?.Arn });
        }
        return Policy?.Arn;
      },
      'AWS::IAM::InstanceProfile': async ({ Roles }, { id: InstanceProfileName }) => {
        await this.call('iam', 'CreateInstanceProfile', { InstanceProfileName });
        await this.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName: Roles[0] });
        return InstanceProfileName;
      },
      'AWS::EC2::Instance': (p, of) => this.instance(p, of),
      'AWS::EC2::Volume': (p, of) => this.volume(p, of),
      'AWS::EC2::EIP': async ({ InstanceId }) => {
        const { AllocationId, PublicIp } = await this.call('ec2', 'AllocateAddress', { Domain: 'vpc' });
        if (InstanceId) await this.call('ec2', 'AssociateAddress', { AllocationId, InstanceId });
        return PublicIp;
      },
      'AWS::EC2::FlowLog': async ({ ResourceId, LogGroupName, DeliverLogsPermissionArn }) => {
        const { FlowLogIds } = await this.call('ec2', 'CreateFlowLogs', {
          ResourceIds: [ResourceId],
          ResourceType: 'VPC',
          TrafficType: 'ALL',
          LogGroupName,
          DeliverLogsPermissionArn,
        });
        return FlowLogIds[0];
      },
      'AWS::SSM::Parameter': async ({ Name, Value }) => {
        await this.call('ssm', 'PutParameter', { Name, Value, Type: 'String' });
        return Name;
      },
      // As the deployment's custom resource does it.
      'Custom::AirlockAgentSecrets': async (p, { id }) => {
        const names = [
          'Agent',
          'KeyArn',
          'Parameters',
          'CaKeyParameter',
          'CaCertificateParameter',
          'SpendParameter',
          'Tags',
        ];
        const wanted = readAgentSecrets(Object.fromEntries(names.map((name) => [name, p[name]])));
        const store = new ParameterStore(this.clients.ssm as never, AbortSignal.timeout(600_000));
        await ensureAgentSecrets(store, wanted, undefined, id, { now: () => new Date(), pause });
        return undefined;
      },
    };
  }

  async secret(Name: string, Value: string, KeyId: string): Promise<void> {
    const more = { KeyId, Type: 'SecureString', Overwrite: true };
    await this.call('ssm', 'PutParameter', { Name, Value, ...more });
  }

  async entry(p: Properties): Promise<void> {
    const { NetworkAclId, RuleNumber, Egress, RuleAction, CidrBlock, PortRange } = p;
    const about = { NetworkAclId, RuleNumber, Egress, RuleAction, CidrBlock, PortRange };
    const Protocol = String(p.Protocol);
    await this.call('ec2', 'CreateNetworkAclEntry', { ...about, Protocol, IcmpTypeCode: p.Icmp });
  }

  async transitGateway(): Promise<string> {
    const made = await this.call('ec2', 'CreateTransitGateway', {});
    this.transit = made.TransitGateway?.TransitGatewayId ?? '';
    return this.transit;
  }

  async useAcl(SubnetId: string, NetworkAclId: string): Promise<void> {
    const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId] }];
    const { NetworkAcls = [] } = await this.call('ec2', 'DescribeNetworkAcls', { Filters });
    const old = NetworkAcls.flatMap(({ Associations = [] }) => Associations).find(
      (each: Properties) => each.SubnetId === SubnetId,
    );
    const AssociationId = old?.NetworkAclAssociationId;
    await this.call('ec2', 'ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId });
  }

  async vpc(CidrBlock: string, dns: boolean): Promise<string> {
    const { Vpc } = await this.call('ec2', 'CreateVpc', { CidrBlock });
    await this.prepareVpc(Vpc?.VpcId ?? '', dns);
    return Vpc?.VpcId ?? '';
  }

  private async prepareVpc(VpcId: string, dns: boolean): Promise<void> {
    this.main = VpcId;
    await this.call('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsSupport: { Value: dns } });
    const GroupId = await this.defaultGroup();
    await this.allowNothing(GroupId);
    const { SecurityGroups = [] } = await this.call('ec2', 'DescribeSecurityGroups', { GroupIds: [GroupId] });
    const IpPermissions = SecurityGroups[0]?.IpPermissions ?? [];
    if (IpPermissions.length > 0) {
      await this.call('ec2', 'RevokeSecurityGroupIngress', { GroupId, IpPermissions });
    }
  }

  async defaultGroup(): Promise<string> {
    const Filters = [
      { Name: 'vpc-id', Values: [this.main] },
      { Name: 'group-name', Values: ['default'] },
    ];
    const found = await this.call('ec2', 'DescribeSecurityGroups', { Filters });
    return found.SecurityGroups?.[0]?.GroupId ?? '';
  }

  /** Takes away the rule that AWS gives each group: everything, everywhere. */
  private async allowNothing(GroupId: string): Promise<void> {
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await this.call('ec2', 'RevokeSecurityGroupEgress', { GroupId, IpPermissions });
  }

  private async group(p: Properties, logical: string): Promise<string> {
    const { GroupId = '' } = await this.call('ec2', 'CreateSecurityGroup', {
      VpcId: p.VpcId,
      GroupName: logical,
      Description: 'of the stack',
      TagSpecifications: [{ ResourceType: 'security-group', Tags: p.Tags }],
    });
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
    if (direction === 'in') await this.call('ec2', 'AuthorizeSecurityGroupIngress', of);
    else await this.call('ec2', 'AuthorizeSecurityGroupEgress', of);
  }

  private async instance(p: Properties, { part }: DeployedResource): Promise<string> {
    const { ImageId, InstanceType, SubnetId, SecurityGroupIds, BlockDeviceMappings, Tags } = p;
    // Not the machine's own subnet and groups: moto would then keep its interface in these groups.
    const NetworkInterfaces = [{ DeviceIndex: 0, SubnetId, Groups: SecurityGroupIds }];
    const about = { ImageId, InstanceType, NetworkInterfaces, BlockDeviceMappings };
    const made = await this.call('ec2', 'RunInstances', {
      ...about,
      MinCount: 1,
      MaxCount: 1,
      MetadataOptions: p.MetadataOptions,
      ...(part === 'proxy-box' && { IamInstanceProfile: { Name: p.IamInstanceProfile } }),
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    });
    return made.Instances?.[0]?.InstanceId ?? '';
  }

  /** With its attachment, which the provider function makes. */
  private async volume({ Size, KmsKeyId, Tags }: Properties, { agent }: DeployedResource): Promise<string> {
    const { VolumeId = '' } = await this.call('ec2', 'CreateVolume', {
      AvailabilityZone: 'us-east-1a',
      Size,
      Encrypted: true,
      KmsKeyId,
      TagSpecifications: [{ ResourceType: 'volume', Tags }],
    });
    const InstanceId = this.id('AWS::EC2::Instance', { agent, part: 'agent-host' });
    await this.call('ec2', 'AttachVolume', { Device: '/dev/sdf', InstanceId, VolumeId });
    return VolumeId;
  }

  /** A line of a proxy box, as it writes one. */
  async line(agent: string, logStreamName: string, line: object, at: Date): Promise<void> {
    const of = { logGroupName: auditLogGroup('airlock', agent), logStreamName };
    await this.call('logs', 'CreateLogStream', of).catch(() => undefined);
    const logEvents = [{ message: JSON.stringify(line), timestamp: at.getTime() }];
    await this.call('logs', 'PutLogEvents', { ...of, logEvents });
  }
}
