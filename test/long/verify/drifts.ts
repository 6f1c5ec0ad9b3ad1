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
  const found = await account.call('ec2', 'DescribeInstances', { InstanceIds: [machine(account, about)] });
  return found.Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId ?? '';
}

async function roleOf({ account }: World): Promise<string> {
  const name = account.id('AWS::IAM::InstanceProfile', { which: /^scout/ });
  const found = await account.call('iam', 'GetInstanceProfile', { InstanceProfileName: name });
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

type Plant = (world: World) => Promise<unknown>;

/** The answer, changed. */
// biome-ignore lint/suspicious/noExplicitAny: answers of AWS
function changed(answer: World['answers'][string] | undefined, change: (answer: any) => object) {
  const changing: World['answers'][string] = async (input, pass) => change(await answer?.(input, pass));
  return changing;
}

const SCOUTS = /^airlock-scout-/;
interface Named {
  readonly AlarmName: string;
}
const isOfScout = ({ AlarmName }: Named) => AlarmName.startsWith('scout');

/** Changes what CloudWatch says of scout's alarm. */
async function ofAlarm(answers: Answers, change: object): Promise<void> {
  answers.DescribeAlarms = changed(answers.DescribeAlarms, ({ MetricAlarms }) => ({
    MetricAlarms: MetricAlarms.map((each: Named) => (isOfScout(each) ? { ...each, ...change } : each)),
  }));
}

/** Changes what AWS says of a topic. */
async function ofTopic(answers: Answers, which: RegExp, change: object): Promise<void> {
  const sound = answers.GetTopicAttributes;
  answers.GetTopicAttributes = async (input, pass) => {
    const { Attributes = {} } = ((await sound?.(input, pass)) ?? {}) as { Attributes?: object };
    return { Attributes: which.test(input.TopicArn) ? { ...Attributes, ...change } : Attributes };
  };
}

/** What somebody changes by hand, below the checks that must see it. `scout/` is left out of their names. */
export const DRIFTS: Readonly<Record<string, Readonly<Record<string, Plant>>>> = {
  'security-groups': {
    'a rule lets the agent host out to the internet': ({ account }) =>
      account.allow('out', group(account, HOST), {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        CidrIp: EVERYWHERE,
      }),
    'a rule lets everybody into the proxy box': ({ account }) =>
      account.allow('in', group(account, BOX, /ProxyIn/), {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        CidrIp: EVERYWHERE,
      }),
    'the quarantine group lets everything out': ({ account }) =>
      account.allow('out', group(account, { part: 'quarantine' }), {
        IpProtocol: '-1',
        CidrIp: EVERYWHERE,
      }),
    'a rule of the agent host is missing': ({ account }) =>
      account.call('ec2', 'RevokeSecurityGroupEgress', {
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
  },
  'default-group': {
    'the default group lets everything out': async ({ account }) =>
      account.allow('out', await account.defaultGroup(), { IpProtocol: '-1', CidrIp: EVERYWHERE }),
  },
  routes: {
    "the agents' subnet has a route to the internet": ({ account }) =>
      account.call('ec2', 'CreateRoute', {
        RouteTableId: table(account, /Agents/),
        DestinationCidrBlock: EVERYWHERE,
        GatewayId: account.id('AWS::EC2::InternetGateway'),
      }),
    "the agents' subnet uses the proxies' routes": async ({ account }) => {
      const AssociationId = account.id('AWS::EC2::SubnetRouteTableAssociation', { which: /Agents/ });
      const RouteTableId = table(account, /Proxies/);
      await account.call('ec2', 'ReplaceRouteTableAssociation', { AssociationId, RouteTableId });
    },
  },
  'network-acls': {
    'an entry opens the network ACL of the agents': ({ account }) =>
      account.entry({
        NetworkAclId: account.id('AWS::EC2::NetworkAcl', { which: /Agents/ }),
        RuleNumber: 50,
        Egress: true,
        RuleAction: 'allow',
        Protocol: -1,
        CidrBlock: EVERYWHERE,
      }),
    "the agents' subnet has the network ACL of the proxies": ({ account }) =>
      account.useAcl(subnet(account, /Agents/), account.id('AWS::EC2::NetworkAcl', { which: /Proxies/ })),
  },
  'vpc network-acls': {
    'a subnet was added to the VPC': ({ account }) =>
      account.call('ec2', 'CreateSubnet', { VpcId: vpc(account), CidrBlock: '10.64.12.0/24' }),
  },
  vpc: {
    'a VPC endpoint was added': ({ account }) =>
      account.call('ec2', 'CreateVpcEndpoint', {
        VpcId: vpc(account),
        ServiceName: 'com.amazonaws.us-east-1.s3',
      }),
    'the VPC has a second block': ({ account }) =>
      account.call('ec2', 'AssociateVpcCidrBlock', { VpcId: vpc(account), CidrBlock: '10.65.0.0/20' }),
    'the VPC has the default DHCP options': ({ account }) =>
      account.call('ec2', 'AssociateDhcpOptions', { VpcId: vpc(account), DhcpOptionsId: 'default' }),
  },
  subnets: {
    'a subnet gives its machines public addresses': ({ account }) =>
      account.call('ec2', 'ModifySubnetAttribute', {
        SubnetId: subnet(account, /Agents/),
        MapPublicIpOnLaunch: { Value: true },
      }),
  },
  neighbours: {
    'a machine was started in the VPC': ({ account }) =>
      account.call('ec2', 'RunInstances', {
        ImageId: 'ami-1234567890abcdef0',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnet(account, /Proxies/),
      }),
  },
  profile: {
    'an instance profile was associated with the agent host': ({ account }) =>
      account.call('ec2', 'AssociateIamInstanceProfile', {
        InstanceId: machine(account, HOST),
        IamInstanceProfile: { Name: account.id('AWS::IAM::InstanceProfile', { which: /^scout/ }) },
      }),
  },
  metadata: {
    'the agent host takes IMDSv1': ({ account }) =>
      account.call('ec2', 'ModifyInstanceMetadataOptions', {
        InstanceId: machine(account, HOST),
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 1,
      }),
    'the metadata service of the proxy box answers two hops away': ({ account }) =>
      account.call('ec2', 'ModifyInstanceMetadataOptions', {
        InstanceId: machine(account, BOX),
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
      }),
  },
  interfaces: {
    'the agent host has another security group': async (world) =>
      world.account.call('ec2', 'ModifyNetworkInterfaceAttribute', {
        NetworkInterfaceId: await interfaceOf(world, HOST),
        Groups: [group(world.account, BOX, /ProxyIn/)],
      }),
    'the proxy box forwards packets of others': async (world) =>
      world.account.call('ec2', 'ModifyNetworkInterfaceAttribute', {
        NetworkInterfaceId: await interfaceOf(world, BOX),
        SourceDestCheck: { Value: false },
      }),
  },
  'public-addresses': {
    'the agent host has an Elastic IP': async ({ account }) => {
      const { AllocationId } = await account.call('ec2', 'AllocateAddress', { Domain: 'vpc' });
      const InstanceId = machine(account, HOST);
      await account.call('ec2', 'AssociateAddress', { AllocationId, InstanceId });
    },
  },
  volumes: {
    'an unencrypted volume was attached': async ({ account }) => {
      const made = await account.call('ec2', 'CreateVolume', { AvailabilityZone: 'us-east-1a', Size: 1 });
      const InstanceId = machine(account, HOST);
      await account.call('ec2', 'AttachVolume', {
        Device: '/dev/sdg',
        InstanceId,
        VolumeId: made.VolumeId ?? '',
      });
    },
    'the state volume is not attached': ({ account }) =>
      account.call('ec2', 'DetachVolume', {
        VolumeId: account.id('AWS::EC2::Volume', { agent: 'scout' }),
        InstanceId: machine(account, HOST),
      }),
  },
  machines: {
    'the proxy box is stopped': ({ account }) =>
      account.call('ec2', 'StopInstances', { InstanceIds: [machine(account, BOX)] }),
  },
  'agent-key': {
    'the key is disabled': ({ account }) => account.call('kms', 'DisableKey', { KeyId: key(account) }),
    'the key no longer rotates': ({ account }) =>
      account.call('kms', 'DisableKeyRotation', { KeyId: key(account) }),
    'the policy of the key lets everybody in': ({ account }) =>
      account.call('kms', 'PutKeyPolicy', { KeyId: key(account), PolicyName: 'default', Policy: OPEN }),
    'another account has a grant on the key': ({ account }) =>
      account.call('kms', 'CreateGrant', {
        KeyId: key(account),
        GranteePrincipal: 'arn:aws:iam::999999999999:root',
        Operations: ['Decrypt'],
      }),
  },
  'proxy-role': {
    'the role of the proxy box has an inline policy': async (world) =>
      world.account.call('iam', 'PutRolePolicy', {
        RoleName: await roleOf(world),
        PolicyName: 'more',
        PolicyDocument: OPEN,
      }),
    'the policy of the role has a wider version': ({ account }) =>
      account.call('iam', 'CreatePolicyVersion', {
        PolicyArn: account.id('AWS::IAM::ManagedPolicy', { which: /^scout/ }),
        PolicyDocument: OPEN,
        SetAsDefault: true,
      }),
    'somebody else may assume the role': async (world) =>
      world.account.call('iam', 'UpdateAssumeRolePolicy', {
        RoleName: await roleOf(world),
        PolicyDocument: ASSUMED,
      }),
  },
  budget: {
    'somebody raised the limit of the budget': async ({ answers }) => {
      answers.DescribeBudgets = changed(answers.DescribeBudgets, ({ Budgets }) => ({
        Budgets: Budgets.map((each: { BudgetName: string }) =>
          each.BudgetName.includes('scout-') ? { ...each, BudgetLimit: { Amount: '9999' } } : each,
        ),
      }));
    },
    'the budget is gone': async ({ answers }) => {
      answers.DescribeBudgets = changed(answers.DescribeBudgets, ({ Budgets }) => ({
        Budgets: Budgets.filter(({ BudgetName }: { BudgetName: string }) => !BudgetName.includes('scout-')),
      }));
    },
    'an alert of the budget is gone': async ({ answers }) => {
      const sound = answers.DescribeNotificationsForBudget;
      answers.DescribeNotificationsForBudget = (input, pass) =>
        SCOUTS.test(input.BudgetName) ? {} : sound?.(input, pass);
    },
    'somebody else is told of the spend': async ({ answers }) => {
      const sound = answers.DescribeSubscribersForNotification;
      answers.DescribeSubscribersForNotification = (input, pass) => {
        const more = { SubscriptionType: 'EMAIL', Address: 'other@example.org' };
        const { Subscribers = [] } = (sound?.(input, pass) ?? {}) as { Subscribers?: object[] };
        return { Subscribers: SCOUTS.test(input.BudgetName) ? [...Subscribers, more] : Subscribers };
      };
    },
  },
  parameters: {
    'a secret is shared with another account': async ({ answers }) => {
      answers.DescribeParameters = async (_, pass) => {
        const answer = await pass();
        for (const each of answer.Parameters)
          if (each.Name.endsWith('github-read-pat')) each.Tier = 'Advanced';
        return answer;
      };
      answers.GetResourcePolicies = ({ ResourceArn }) => ({
        Policies: ResourceArn.endsWith(':parameter/airlock/scout/github-read-pat') ? [{ PolicyId: '1' }] : [],
      });
    },
    'a secret lies under another key': async ({ account }) => {
      const { KeyMetadata } = await account.call('kms', 'CreateKey', {});
      await account.secret('/airlock/scout/github-read-pat', 'UNSET', KeyMetadata?.KeyId ?? '');
      // A later version counts as set, and warden would render its rules.
      await account.call('ssm', 'DeleteParameter', { Name: '/airlock/scout/github-read-pat' });
      await account.secret('/airlock/scout/github-read-pat', 'UNSET', KeyMetadata?.KeyId ?? '');
    },
    'a secret is plain text': async ({ account }) => {
      const Name = '/airlock/scout/github-read-pat';
      await account.call('ssm', 'DeleteParameter', { Name });
      await account.call('ssm', 'PutParameter', { Name, Value: 'UNSET', Type: 'String' });
    },
    'a parameter was added beside the secrets': ({ account }) =>
      account.call('ssm', 'PutParameter', { Name: '/airlock/scout/more', Value: 'x', Type: 'String' }),
  },
  'policy-deployed policy-in-force': {
    'the text of the policy was edited': ({ account }) =>
      account.call('ssm', 'PutParameter', {
        Name: '/airlock/scout/policy/1',
        Value: 'nonsense',
        Type: 'String',
        Overwrite: true,
      }),
  },
  'mender/policy-in-force policy-in-force': {
    'another policy is in force': ({ account, airlock }) =>
      healthy(account, airlock, { minutesAgo: 0, policy: 'f'.repeat(64) }),
    'the proxy box is not healthy': ({ account, airlock }) =>
      healthy(account, airlock, { minutesAgo: 0, healthy: 0 }),
  },
  'audit-log': {
    // moto can't take a key away.
    'the audit log has lost its key': async ({ answers }) => {
      answers.DescribeLogGroups = async (_, pass) => {
        const answer = await pass();
        for (const each of answer.logGroups) if (each.logGroupName === AUDIT) each.kmsKeyId = undefined;
        return answer;
      };
    },
    'the audit log keeps its lines for a day': ({ account }) =>
      account.call('logs', 'PutRetentionPolicy', { logGroupName: AUDIT, retentionInDays: 1 }),
  },
  'policy-in-force audit-log': {
    'the audit log is gone': ({ account }) => account.call('logs', 'DeleteLogGroup', { logGroupName: AUDIT }),
  },
  'flow-logs': {
    'the flow log is gone': ({ account }) =>
      account.call('ec2', 'DeleteFlowLogs', { FlowLogIds: [account.id('AWS::EC2::FlowLog')] }),
  },
  'dns-firewall': {
    'the DNS firewall fails open': async ({ answers }) => {
      answers.GetFirewallConfig = () => ({ FirewallConfig: { FirewallFailOpen: 'ENABLED' } });
    },
    'the DNS firewall is not associated with the VPC': async ({ answers }) => {
      answers.ListFirewallRuleGroupAssociations = () => ({ FirewallRuleGroupAssociations: [] });
    },
  },
  'query-log': {
    'questions to the resolver are not recorded': async ({ answers }) => {
      answers.ListResolverQueryLogConfigAssociations = () => ({});
    },
  },
  'mender/backup backup': {
    'the last backup that finished is two days old': async ({ answers }) => {
      const at = (hours: number) => new Date(Date.now() - hours * HOURS);
      answers.ListRecoveryPointsByResource = () => ({
        RecoveryPoints: [
          { CreationDate: at(2), Status: 'PARTIAL' },
          { CreationDate: at(48), Status: 'COMPLETED' },
        ],
      });
    },
  },
  'alert-topic': {
    'nobody has confirmed the mails of the topic': ({ answers }) =>
      ofTopic(answers, /Alerts/, { SubscriptionsConfirmed: '0' }),
    'anybody may publish to the topic': ({ answers }) => ofTopic(answers, /Alerts/, { Policy: OPEN }),
  },
  'containment-topic': {
    'anybody may publish to the topic that contains agents': ({ answers }) =>
      ofTopic(answers, /ContainmentTopic/, { Policy: OPEN }),
    'the function that contains agents is not subscribed': ({ answers }) =>
      ofTopic(answers, /ContainmentTopic/, { SubscriptionsConfirmed: '0' }),
  },
  alarms: {
    'the alarm is gone': async ({ answers }) => {
      answers.DescribeAlarms = changed(answers.DescribeAlarms, ({ MetricAlarms }) => ({
        MetricAlarms: MetricAlarms.filter((each: Named) => !isOfScout(each)),
      }));
    },
    'the alarm tells nobody': ({ answers }) => ofAlarm(answers, { ActionsEnabled: false }),
    'the alarm tells another topic': ({ answers }) =>
      ofAlarm(answers, { AlarmActions: ['arn:aws:sns:us-east-1:999999999999:other'] }),
    'the alarm goes off after an hour': ({ answers }) => ofAlarm(answers, { EvaluationPeriods: 60 }),
    'silence is no alarm': ({ answers }) => ofAlarm(answers, { TreatMissingData: 'notBreaching' }),
    'the alarm watches another agent': ({ answers }) =>
      ofAlarm(answers, { Dimensions: [{ Name: 'Agent', Value: 'mender' }] }),
  },
  'stack-budget': {
    'the budget of the stack is gone': async ({ answers }) => {
      answers.DescribeBudgets = changed(answers.DescribeBudgets, ({ Budgets }) => ({
        Budgets: Budgets.filter(({ BudgetName }: { BudgetName: string }) => !/-total-/.test(BudgetName)),
      }));
    },
  },
  deployment: {
    'a deployment was rolled back': async ({ answers }) => {
      const StackId = 'arn:aws:cloudformation:us-east-1:123456789012:stack/airlock/1';
      answers.DescribeStacks = () => ({ Stacks: [{ StackId, StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }] });
    },
  },
};
