import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as ssm from '@aws-sdk/client-ssm';
import type { Airlock } from '../../../lib/config/model';
import type { BuiltAccount } from './account';
import { type Answers, healthy } from './clients';

export interface World {
  readonly airlock: Airlock;
  readonly account: BuiltAccount;
  readonly answers: Answers;
}

const HOST = { agent: 'scout', part: 'agent-host' };
const BOX = { agent: 'scout', part: 'proxy-box' };
const EVERYWHERE = '0.0.0.0/0';
const HOURS = 3_600_000;

const group = (account: BuiltAccount, about: object, which?: RegExp) =>
  account.id('AWS::EC2::SecurityGroup', { ...about, which });
const machine = (account: BuiltAccount, about: object) => account.id('AWS::EC2::Instance', about);
const key = (account: BuiltAccount) => account.id('AWS::KMS::Key', { agent: 'scout' });
const vpc = (account: BuiltAccount) => account.id('AWS::EC2::VPC');
const subnet = (account: BuiltAccount, which: RegExp) => account.id('AWS::EC2::Subnet', { which });
const table = (account: BuiltAccount, which: RegExp) => account.id('AWS::EC2::RouteTable', { which });

async function interfaceOf({ account }: World, about: object): Promise<string> {
  const found = await account.ec2.send(
    new ec2.DescribeInstancesCommand({ InstanceIds: [machine(account, about)] }),
  );
  return found.Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId ?? '';
}

async function roleOf({ account }: World): Promise<string> {
  const name = account.id('AWS::IAM::InstanceProfile', { which: /^scout/ });
  const found = await account.iam.send(new iam.GetInstanceProfileCommand({ InstanceProfileName: name }));
  return found.InstanceProfile?.Roles?.[0]?.RoleName ?? '';
}

const OPEN = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Principal: { AWS: '*' } }],
});
const ASSUMED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '999999999999' } }],
});
const AUDIT = '/airlock/scout/audit';

/** What somebody changes by hand, and the checks that must see it. `scout/` is left out of their names. */
export const DRIFTS: readonly (readonly [
  name: string,
  plant: (world: World) => Promise<unknown>,
  seenBy: readonly string[],
])[] = [
  [
    'a rule lets the agent host out to the internet',
    ({ account }) =>
      account.allow('out', group(account, HOST), {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        CidrIp: EVERYWHERE,
      }),
    ['security-groups'],
  ],
  [
    'a rule lets everybody into the proxy box',
    ({ account }) =>
      account.allow('in', group(account, BOX, /ProxyIn/), {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        CidrIp: EVERYWHERE,
      }),
    ['security-groups'],
  ],
  [
    'the quarantine group lets everything out',
    ({ account }) =>
      account.allow('out', group(account, { part: 'quarantine' }), { IpProtocol: '-1', CidrIp: EVERYWHERE }),
    ['security-groups'],
  ],
  [
    'a rule of the agent host is missing',
    ({ account }) =>
      account.ec2.send(
        new ec2.RevokeSecurityGroupEgressCommand({
          GroupId: group(account, HOST),
          IpPermissions: [
            {
              IpProtocol: 'tcp',
              FromPort: 443,
              ToPort: 443,
              UserIdGroupPairs: [{ GroupId: group(account, BOX, /Proxy(?!In)[^I]*$/) }],
            },
          ],
        }),
      ),
    ['security-groups'],
  ],
  [
    'the default group lets everything out',
    async ({ account }) =>
      account.allow('out', await account.defaultGroup(), { IpProtocol: '-1', CidrIp: EVERYWHERE }),
    ['default-group'],
  ],
  [
    "the agents' subnet has a route to the internet",
    ({ account }) =>
      account.ec2.send(
        new ec2.CreateRouteCommand({
          RouteTableId: table(account, /Agents/),
          DestinationCidrBlock: EVERYWHERE,
          GatewayId: account.id('AWS::EC2::InternetGateway'),
        }),
      ),
    ['routes'],
  ],
  [
    "the agents' subnet uses the proxies' routes",
    async ({ account }) => {
      const AssociationId = account.id('AWS::EC2::SubnetRouteTableAssociation', { which: /Agents/ });
      const RouteTableId = table(account, /Proxies/);
      await account.ec2.send(new ec2.ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId }));
    },
    ['routes'],
  ],
  [
    'an entry opens the network ACL of the agents',
    ({ account }) =>
      account.entry({
        NetworkAclId: account.id('AWS::EC2::NetworkAcl', { which: /Agents/ }),
        RuleNumber: 50,
        Egress: true,
        RuleAction: 'allow',
        Protocol: -1,
        CidrBlock: EVERYWHERE,
      }),
    ['network-acls'],
  ],
  [
    "the agents' subnet has the network ACL of the proxies",
    ({ account }) =>
      account.useAcl(subnet(account, /Agents/), account.id('AWS::EC2::NetworkAcl', { which: /Proxies/ })),
    ['network-acls'],
  ],
  [
    'a subnet was added to the VPC',
    ({ account }) =>
      account.ec2.send(new ec2.CreateSubnetCommand({ VpcId: vpc(account), CidrBlock: '10.64.12.0/24' })),
    ['vpc', 'network-acls'],
  ],
  [
    'a VPC endpoint was added',
    ({ account }) =>
      account.ec2.send(
        new ec2.CreateVpcEndpointCommand({ VpcId: vpc(account), ServiceName: 'com.amazonaws.us-east-1.s3' }),
      ),
    ['vpc'],
  ],
  [
    'the VPC has a second block',
    ({ account }) =>
      account.ec2.send(
        new ec2.AssociateVpcCidrBlockCommand({ VpcId: vpc(account), CidrBlock: '10.65.0.0/20' }),
      ),
    ['vpc'],
  ],
  [
    'the VPC has the default DHCP options',
    ({ account }) =>
      account.ec2.send(
        new ec2.AssociateDhcpOptionsCommand({ VpcId: vpc(account), DhcpOptionsId: 'default' }),
      ),
    ['vpc'],
  ],
  [
    'a subnet gives its machines public addresses',
    ({ account }) =>
      account.ec2.send(
        new ec2.ModifySubnetAttributeCommand({
          SubnetId: subnet(account, /Agents/),
          MapPublicIpOnLaunch: { Value: true },
        }),
      ),
    ['subnets'],
  ],
  [
    'a machine was started in the VPC',
    ({ account }) =>
      account.ec2.send(
        new ec2.RunInstancesCommand({
          ImageId: 'ami-1234567890abcdef0',
          MinCount: 1,
          MaxCount: 1,
          SubnetId: subnet(account, /Proxies/),
        }),
      ),
    ['neighbours'],
  ],
  [
    'an instance profile was associated with the agent host',
    ({ account }) =>
      account.ec2.send(
        new ec2.AssociateIamInstanceProfileCommand({
          InstanceId: machine(account, HOST),
          IamInstanceProfile: { Name: account.id('AWS::IAM::InstanceProfile', { which: /^scout/ }) },
        }),
      ),
    ['profile'],
  ],
  [
    'the agent host takes IMDSv1',
    ({ account }) =>
      account.ec2.send(
        new ec2.ModifyInstanceMetadataOptionsCommand({
          InstanceId: machine(account, HOST),
          HttpTokens: 'optional',
          HttpPutResponseHopLimit: 1,
        }),
      ),
    ['metadata'],
  ],
  [
    'the metadata service of the proxy box answers two hops away',
    ({ account }) =>
      account.ec2.send(
        new ec2.ModifyInstanceMetadataOptionsCommand({
          InstanceId: machine(account, BOX),
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 2,
        }),
      ),
    ['metadata'],
  ],
  [
    'the agent host has another security group',
    async (world) =>
      world.account.ec2.send(
        new ec2.ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: await interfaceOf(world, HOST),
          Groups: [group(world.account, BOX, /ProxyIn/)],
        }),
      ),
    ['interfaces'],
  ],
  [
    'the proxy box forwards packets of others',
    async (world) =>
      world.account.ec2.send(
        new ec2.ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: await interfaceOf(world, BOX),
          SourceDestCheck: { Value: false },
        }),
      ),
    ['interfaces'],
  ],
  [
    'the agent host has an Elastic IP',
    async ({ account }) => {
      const { AllocationId } = await account.ec2.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }));
      const InstanceId = machine(account, HOST);
      await account.ec2.send(new ec2.AssociateAddressCommand({ AllocationId, InstanceId }));
    },
    ['public-addresses'],
  ],
  [
    'an unencrypted volume was attached',
    async ({ account }) => {
      const made = await account.ec2.send(
        new ec2.CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }),
      );
      const InstanceId = machine(account, HOST);
      await account.ec2.send(
        new ec2.AttachVolumeCommand({ Device: '/dev/sdg', InstanceId, VolumeId: made.VolumeId ?? '' }),
      );
    },
    ['volumes'],
  ],
  [
    'the state volume is not attached',
    ({ account }) =>
      account.ec2.send(
        new ec2.DetachVolumeCommand({
          VolumeId: account.id('AWS::EC2::Volume', { agent: 'scout' }),
          InstanceId: machine(account, HOST),
        }),
      ),
    ['volumes'],
  ],
  [
    'the proxy box is stopped',
    ({ account }) => account.ec2.send(new ec2.StopInstancesCommand({ InstanceIds: [machine(account, BOX)] })),
    ['machines'],
  ],
  [
    'the key is disabled',
    ({ account }) => account.kms.send(new kms.DisableKeyCommand({ KeyId: key(account) })),
    ['agent-key'],
  ],
  [
    'the key no longer rotates',
    ({ account }) => account.kms.send(new kms.DisableKeyRotationCommand({ KeyId: key(account) })),
    ['agent-key'],
  ],
  [
    'the policy of the key lets everybody in',
    ({ account }) =>
      account.kms.send(
        new kms.PutKeyPolicyCommand({ KeyId: key(account), PolicyName: 'default', Policy: OPEN }),
      ),
    ['agent-key'],
  ],
  [
    'another account has a grant on the key',
    ({ account }) =>
      account.kms.send(
        new kms.CreateGrantCommand({
          KeyId: key(account),
          GranteePrincipal: 'arn:aws:iam::999999999999:root',
          Operations: ['Decrypt'],
        }),
      ),
    ['agent-key'],
  ],
  [
    'the role of the proxy box has an inline policy',
    async (world) =>
      world.account.iam.send(
        new iam.PutRolePolicyCommand({
          RoleName: await roleOf(world),
          PolicyName: 'more',
          PolicyDocument: OPEN,
        }),
      ),
    ['proxy-role'],
  ],
  [
    'the policy of the role has a wider version',
    ({ account }) =>
      account.iam.send(
        new iam.CreatePolicyVersionCommand({
          PolicyArn: account.id('AWS::IAM::ManagedPolicy', { which: /^scout/ }),
          PolicyDocument: OPEN,
          SetAsDefault: true,
        }),
      ),
    ['proxy-role'],
  ],
  [
    'somebody else may assume the role',
    async (world) =>
      world.account.iam.send(
        new iam.UpdateAssumeRolePolicyCommand({ RoleName: await roleOf(world), PolicyDocument: ASSUMED }),
      ),
    ['proxy-role'],
  ],
  [
    'a secret lies under another key',
    async ({ account }) => {
      const { KeyMetadata } = await account.kms.send(new kms.CreateKeyCommand({}));
      await account.secret('/airlock/scout/github-read-pat', 'UNSET', KeyMetadata?.KeyId ?? '');
      // A later version counts as set, and warden would render its rules.
      await account.ssm.send(new ssm.DeleteParameterCommand({ Name: '/airlock/scout/github-read-pat' }));
      await account.secret('/airlock/scout/github-read-pat', 'UNSET', KeyMetadata?.KeyId ?? '');
    },
    ['parameters'],
  ],
  [
    'a secret is plain text',
    async ({ account }) => {
      const Name = '/airlock/scout/github-read-pat';
      await account.ssm.send(new ssm.DeleteParameterCommand({ Name }));
      await account.ssm.send(new ssm.PutParameterCommand({ Name, Value: 'UNSET', Type: 'String' }));
    },
    ['parameters'],
  ],
  [
    'a parameter was added beside the secrets',
    ({ account }) =>
      account.ssm.send(
        new ssm.PutParameterCommand({ Name: '/airlock/scout/more', Value: 'x', Type: 'String' }),
      ),
    ['parameters'],
  ],
  [
    'the text of the policy was edited',
    ({ account }) =>
      account.ssm.send(
        new ssm.PutParameterCommand({
          Name: '/airlock/scout/policy/1',
          Value: 'nonsense',
          Type: 'String',
          Overwrite: true,
        }),
      ),
    ['policy-deployed', 'policy-in-force'],
  ],
  [
    'another policy is in force',
    ({ account, airlock }) => healthy(account, airlock, { minutesAgo: 0, policy: 'f'.repeat(64) }),
    ['mender/policy-in-force', 'policy-in-force'],
  ],
  [
    'the proxy box is not healthy',
    ({ account, airlock }) => healthy(account, airlock, { minutesAgo: 0, healthy: 0 }),
    ['mender/policy-in-force', 'policy-in-force'],
  ],
  [
    'the audit log has lost its key',
    // moto can't take a key away.
    async ({ answers }) => {
      answers.DescribeLogGroups = async (_, pass) => {
        const answer = await pass();
        for (const each of answer.logGroups) if (each.logGroupName === AUDIT) each.kmsKeyId = undefined;
        return answer;
      };
    },
    ['audit-log'],
  ],
  [
    'the audit log keeps its lines for a day',
    ({ account }) =>
      account.logs.send(new logs.PutRetentionPolicyCommand({ logGroupName: AUDIT, retentionInDays: 1 })),
    ['audit-log'],
  ],
  [
    'the audit log is gone',
    ({ account }) => account.logs.send(new logs.DeleteLogGroupCommand({ logGroupName: AUDIT })),
    ['policy-in-force', 'audit-log'],
  ],
  [
    'the flow log is gone',
    ({ account }) =>
      account.ec2.send(new ec2.DeleteFlowLogsCommand({ FlowLogIds: [account.id('AWS::EC2::FlowLog')] })),
    ['flow-logs'],
  ],
  [
    'the DNS firewall fails open',
    async ({ answers }) => {
      answers.GetFirewallConfig = () => ({ FirewallConfig: { FirewallFailOpen: 'ENABLED' } });
    },
    ['dns-firewall'],
  ],
  [
    'the DNS firewall is not associated with the VPC',
    async ({ answers }) => {
      answers.ListFirewallRuleGroupAssociations = () => ({ FirewallRuleGroupAssociations: [] });
    },
    ['dns-firewall'],
  ],
  [
    'questions to the resolver are not recorded',
    async ({ answers }) => {
      answers.ListResolverQueryLogConfigAssociations = () => ({});
    },
    ['query-log'],
  ],
  [
    'the last backup that finished is two days old',
    async ({ answers }) => {
      const at = (hours: number) => new Date(Date.now() - hours * HOURS);
      answers.ListRecoveryPointsByResource = () => ({
        RecoveryPoints: [
          { CreationDate: at(2), Status: 'PARTIAL' },
          { CreationDate: at(48), Status: 'COMPLETED' },
        ],
      });
    },
    ['mender/backup', 'backup'],
  ],
  [
    'nobody has confirmed the mails of the topic',
    async ({ answers, account }) => {
      const Attributes = { KmsMasterKeyId: account.id('AWS::KMS::Key', { agent: '' }) };
      answers.GetTopicAttributes = () => ({ Attributes });
    },
    ['alert-topic'],
  ],
  [
    'a deployment was rolled back',
    async ({ answers }) => {
      const StackId = 'arn:aws:cloudformation:us-east-1:123456789012:stack/airlock/1';
      answers.DescribeStacks = () => ({ Stacks: [{ StackId, StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }] });
    },
    ['deployment'],
  ],
];
