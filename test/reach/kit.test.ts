import { brokenIn, fixture, type Json, linesOf, reportOf } from './support';

const KIT = fixture('airlock-kit');

function mutated(change: (resources: Json) => void): Json {
  const copy = structuredClone(KIT);
  change(copy.Resources);
  return copy;
}

const FIREWALL_CONFIG = 'AWS::Route53Resolver::FirewallConfig';
const ref = (id: string) => ({ Ref: id });
const att = (id: string, attribute = 'GroupId') => ({ 'Fn::GetAtt': [id, attribute] });
const open = (port: number, peer: object, protocol = 'tcp') => ({
  IpProtocol: protocol,
  FromPort: port,
  ToPort: port,
  ...peer,
});

describe('the kit as it is', () => {
  const report = reportOf(KIT);

  test('every invariant holds', () => {
    expect(report.violations).toEqual([]);
    expect(report.notModelled).toEqual([]);
    expect(report.assumptions).toEqual([]);
  });

  test('NET-1 lets the agent host reach nothing but its proxy box', () => {
    expect(linesOf(report, 'ScoutHost')).toEqual([
      '> machine ScoutBox tcp 53, 80, 443, 8080',
      '> machine ScoutBox udp 53',
      '< connect-endpoint Connect tcp 22',
      '> vpc-resolver 169.254.169.253/32 udp 53',
      '> vpc-resolver 169.254.169.253/32 tcp 53',
    ]);
  });

  test('NET-6 lets the proxy box out on 443 and to its resolver, both ways of the network ACL included', () => {
    const lines = linesOf(report, 'ScoutBox').filter((line) => line.startsWith('> internet'));
    expect(lines).toEqual([
      '> internet 0.0.0.0/0 tcp 443',
      '> internet 9.9.9.9/32 tcp 53',
      '> internet 9.9.9.9/32 udp 53',
    ]);
  });

  test('dns off takes the resolver away altogether', () => {
    const off = mutated((r) => {
      r.Vpc.Properties.EnableDnsSupport = false;
      for (const id of [
        'EveryName',
        'BlockAll',
        'BlockAllAssociation',
        'QueryLogging',
        'QueryLoggingAssociation',
      ])
        delete r[id];
    });
    expect(reportOf(off).violations).toEqual([]);
    expect(linesOf(reportOf(off), 'ScoutHost').filter((line) => line.includes('resolver'))).toEqual([]);
  });

  test('a NAT gateway instead of public addresses keeps every invariant', () => {
    const nat = mutated((r) => {
      delete r.ScoutAddress;
      delete r.ScribeAddress;
      r.NatSubnet = {
        Type: 'AWS::EC2::Subnet',
        Properties: { VpcId: ref('Vpc'), CidrBlock: '10.64.8.0/28' },
      };
      r.NatRoutes = { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } };
      r.NatRoutesAssociation = {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: ref('NatSubnet'), RouteTableId: ref('NatRoutes') },
      };
      r.NatOut = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: ref('NatRoutes'),
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: ref('Gateway'),
        },
      };
      r.Nat = { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: ref('NatSubnet') } };
      delete r.ProxiesOut.Properties.GatewayId;
      r.ProxiesOut.Properties.NatGatewayId = ref('Nat');
    });
    expect(reportOf(nat).violations).toEqual([]);
    expect(linesOf(reportOf(nat), 'ScoutBox')).toContain('> internet 0.0.0.0/0 tcp 443');
  });
});

interface Mutation {
  readonly name: string;
  /** The laws that must be broken; others may be, too. */
  readonly breaks: readonly string[];
  readonly change: (resources: Json) => void;
}

const agentOut = (r: Json): Json[] => r.ScoutAgentGroup.Properties.SecurityGroupEgress;
const agentIn = (r: Json): Json[] => r.ScoutAgentGroup.Properties.SecurityGroupIngress;
const boxOut = (r: Json): Json[] => r.ScoutProxyGroup.Properties.SecurityGroupEgress;
const boxIn = (r: Json): Json[] => r.ScoutDoorGroup.Properties.SecurityGroupIngress;

const MUTATIONS: readonly Mutation[] = [
  // NET-1
  {
    name: 'agent egress 443 to the world',
    breaks: ['NET-1'],
    change: (r) => agentOut(r).push(open(443, { CidrIp: '0.0.0.0/0' })),
  },
  {
    name: 'agent egress to one address',
    breaks: ['NET-1'],
    change: (r) => agentOut(r).push(open(443, { CidrIp: '192.0.2.1/32' })),
  },
  {
    name: 'agent egress on another port',
    breaks: ['NET-1'],
    change: (r) => {
      agentOut(r)[0].ToPort = 54;
    },
  },
  {
    name: 'agent egress udp 443',
    breaks: ['NET-1'],
    change: (r) => agentOut(r).push(open(443, { DestinationSecurityGroupId: att('ScoutProxyGroup') }, 'udp')),
  },
  {
    name: 'agent egress of every protocol',
    breaks: ['NET-1'],
    change: (r) => {
      agentOut(r)[0].IpProtocol = '-1';
    },
  },
  {
    name: 'agent egress forgotten',
    breaks: ['NET-1', 'NET-4'],
    change: (r) => {
      delete r.ScoutAgentGroup.Properties.SecurityGroupEgress;
    },
  },
  {
    name: 'agent egress to an imported group',
    breaks: ['NET-1', 'NET-4'],
    change: (r) => {
      agentOut(r)[0].DestinationSecurityGroupId = { 'Fn::ImportValue': 'proxy' };
    },
  },
  {
    name: 'a separate egress rule',
    breaks: ['NET-1'],
    change: (r) => {
      r.Out = {
        Type: 'AWS::EC2::SecurityGroupEgress',
        Properties: { GroupId: att('ScoutAgentGroup'), ...open(25, { CidrIp: '0.0.0.0/0' }) },
      };
    },
  },
  {
    name: 'a second group on the agent host',
    breaks: ['NET-1'],
    change: (r) => r.ScoutHost.Properties.SecurityGroupIds.push(att('ConnectGroup')),
  },
  {
    name: 'no group, and the default group not emptied',
    breaks: ['NET-1', 'NET-5'],
    change: (r) => {
      delete r.ScoutHost.Properties.SecurityGroupIds;
      delete r.RestrictDefault;
    },
  },
  {
    name: "two agents' boxes in one group",
    breaks: ['NET-1', 'NET-4'],
    change: (r) => {
      r.ScribeBox.Properties.SecurityGroupIds = [att('ScoutProxyGroup'), att('ScoutDoorGroup')];
    },
  },
  {
    name: 'a proxy box of another name',
    breaks: ['NET-1'],
    change: (r) => {
      r.ScoutBox.Properties.Tags[0].Value = 'other';
    },
  },
  {
    name: 'network ACL of the agents wide open',
    breaks: ['NET-1'],
    change: (r) => {
      delete r.AgentsAclAssociation;
    },
  },
  {
    name: 'network ACL of the agents lets 443 out',
    breaks: ['NET-1'],
    change: (r) => {
      r.AgentsAclOut102.Properties.CidrBlock = '0.0.0.0/0';
    },
  },
  {
    name: 'agent host beside the proxy boxes',
    breaks: ['NET-1', 'NET-2'],
    change: (r) => {
      r.ScoutHost.Properties.SubnetId = ref('ProxiesSubnet');
    },
  },
  {
    name: 'proxy boxes beside the agent hosts',
    breaks: ['NET-1'],
    change: (r) => {
      r.ScoutBox.Properties.SubnetId = ref('AgentsSubnet');
      r.ScribeBox.Properties.SubnetId = ref('AgentsSubnet');
    },
  },
  // NET-2
  {
    name: 'a default route for the agents',
    breaks: ['NET-2'],
    change: (r) => {
      r.Out = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: ref('AgentsRoutes'),
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: ref('Gateway'),
        },
      };
    },
  },
  {
    name: 'a peering route for the agents',
    breaks: ['NET-2'],
    change: (r) => {
      r.Out = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: ref('AgentsRoutes'),
          DestinationCidrBlock: '10.9.0.0/16',
          VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
        },
      };
    },
  },
  {
    name: "the agents in the proxies' route table",
    breaks: ['NET-2'],
    change: (r) => {
      r.AgentsRoutesAssociation.Properties.RouteTableId = ref('ProxiesRoutes');
    },
  },
  {
    name: 'learned routes for the agents',
    breaks: ['NET-2'],
    change: (r) => {
      r.Learned = {
        Type: 'AWS::EC2::VPNGatewayRoutePropagation',
        Properties: { RouteTableIds: [ref('AgentsRoutes')], VpnGatewayId: 'vgw-0123456789abcdef0' },
      };
    },
  },
  {
    name: 'public addresses in the agents subnet',
    breaks: ['NET-2'],
    change: (r) => {
      r.AgentsSubnet.Properties.MapPublicIpOnLaunch = true;
    },
  },
  {
    name: 'an Elastic IP on the agent host',
    breaks: ['NET-2'],
    change: (r) => {
      r.ScoutAddress.Properties.InstanceId = ref('ScoutHost');
    },
  },
  {
    name: 'IPv6 in the agents subnet',
    breaks: ['NET-2'],
    change: (r) => {
      r.AgentsSubnet.Properties.Ipv6CidrBlock = '2001:db8::/64';
    },
  },
  {
    name: 'an agents subnet from a parameter',
    breaks: ['NET-2'],
    change: (r) => {
      r.ScoutHost.Properties.SubnetId = { 'Fn::ImportValue': 'subnet' };
    },
  },
  // NET-3
  {
    name: 'DNS firewall fails open',
    breaks: ['NET-3'],
    change: (r) => {
      r.Config = {
        Type: FIREWALL_CONFIG,
        Properties: { ResourceId: ref('Vpc'), FirewallFailOpen: 'ENABLED' },
      };
    },
  },
  {
    name: 'DNS firewall of a VPC that nobody knows fails open',
    breaks: ['NET-3'],
    change: (r) => {
      r.Config = {
        Type: FIREWALL_CONFIG,
        Properties: { ResourceId: 'vpc-0123456789abcdef0', FirewallFailOpen: 'ENABLED' },
      };
    },
  },
  {
    name: "the kit's own resource lets the DNS firewall fail open",
    breaks: ['NET-3'],
    change: (r) => {
      r.Config = {
        Type: 'Custom::AirlockDnsFirewallConfig',
        Properties: { ResourceId: ref('Vpc'), FirewallFailOpen: 'ENABLED' },
      };
    },
  },
  {
    name: 'DNS firewall not associated',
    breaks: ['NET-3'],
    change: (r) => {
      delete r.BlockAllAssociation;
    },
  },
  {
    name: 'DNS firewall allows a name first',
    breaks: ['NET-3'],
    change: (r) => {
      r.BlockAll.Properties.FirewallRules.push({
        Priority: 0,
        Action: 'ALLOW',
        FirewallDomainListId: 'rslvr-fdl-0123456789abcdef',
      });
    },
  },
  {
    name: 'DNS firewall only alerts',
    breaks: ['NET-3'],
    change: (r) => {
      r.BlockAll.Properties.FirewallRules[0].Action = 'ALERT';
    },
  },
  {
    name: 'DNS firewall blocks one domain',
    breaks: ['NET-3'],
    change: (r) => {
      r.EveryName.Properties.Domains = ['*.example.com'];
    },
  },
  {
    name: 'queries not logged',
    breaks: ['NET-3'],
    change: (r) => {
      delete r.QueryLoggingAssociation;
    },
  },
  // NET-4
  {
    name: 'a gateway endpoint for the agents',
    breaks: ['NET-2', 'NET-4'],
    change: (r) => {
      r.S3 = {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: {
          VpcId: ref('Vpc'),
          ServiceName: 'com.amazonaws.us-east-1.s3',
          RouteTableIds: [ref('AgentsRoutes')],
        },
      };
    },
  },
  {
    name: 'agent egress to the group of another agent',
    breaks: ['NET-1', 'NET-4'],
    change: (r) => {
      agentOut(r).push(open(80, { DestinationSecurityGroupId: att('ScribeAgentGroup') }));
      r.ScribeAgentGroup.Properties.SecurityGroupIngress.push(
        open(80, { SourceSecurityGroupId: att('ScoutAgentGroup') }),
      );
    },
  },
  {
    name: "agent egress to another agent's proxy box, which lets it in",
    breaks: ['NET-1', 'NET-4', 'NET-5'],
    change: (r) => {
      agentOut(r).push(open(443, { DestinationSecurityGroupId: att('ScribeProxyGroup') }));
      r.ScribeDoorGroup.Properties.SecurityGroupIngress.push(
        open(443, { SourceSecurityGroupId: att('ScoutAgentGroup') }),
      );
    },
  },
  {
    name: 'an interface endpoint in the proxy group',
    breaks: ['NET-1', 'NET-4'],
    change: (r) => {
      r.Ssm = {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: {
          VpcId: ref('Vpc'),
          VpcEndpointType: 'Interface',
          ServiceName: 'com.amazonaws.us-east-1.ssm',
          SubnetIds: [ref('ProxiesSubnet')],
          SecurityGroupIds: [att('ScoutProxyGroup'), att('ScoutDoorGroup')],
        },
      };
    },
  },
  // NET-5
  {
    name: 'ssh to the agent host from the world',
    breaks: ['NET-5'],
    change: (r) => agentIn(r).push(open(22, { CidrIp: '0.0.0.0/0' })),
  },
  {
    name: 'another port from the endpoint',
    breaks: ['NET-5'],
    change: (r) => {
      agentIn(r)[0].ToPort = 23;
    },
  },
  {
    name: 'ssh rules without an endpoint',
    breaks: ['NET-5'],
    change: (r) => {
      delete r.Connect;
    },
  },
  {
    name: 'a machine in the endpoint group',
    breaks: ['NET-5'],
    change: (r) => r.ScribeHost.Properties.SecurityGroupIds.push(att('ConnectGroup')),
  },
  {
    name: 'the door open to the VPC',
    breaks: ['NET-5'],
    change: (r) => boxIn(r).push(open(443, { CidrIp: '10.64.0.0/20' })),
  },
  {
    name: 'management port of the proxy open to its agent',
    breaks: ['NET-5'],
    change: (r) => boxIn(r).push(open(9092, { SourceSecurityGroupId: att('ScoutAgentGroup') })),
  },
  // NET-6
  {
    name: 'proxy egress 80',
    breaks: ['NET-6'],
    change: (r) => boxOut(r).push(open(80, { CidrIp: '0.0.0.0/0' })),
  },
  {
    name: 'proxy egress 53 anywhere',
    breaks: ['NET-6'],
    change: (r) => {
      boxOut(r)[1].CidrIp = '0.0.0.0/0';
    },
  },
  {
    name: 'proxy egress 53 to the VPC',
    breaks: ['NET-6'],
    change: (r) => {
      boxOut(r)[1].CidrIp = '10.64.0.2/32';
    },
  },
  {
    name: 'proxy egress of the door group forgotten',
    breaks: ['NET-6'],
    change: (r) => {
      delete r.ScoutDoorGroup.Properties.SecurityGroupEgress;
    },
  },
  {
    name: 'proxy egress udp 443',
    breaks: ['NET-6'],
    change: (r) => boxOut(r).push(open(443, { CidrIp: '0.0.0.0/0' }, 'udp')),
  },
  {
    name: 'proxy egress 53 to an imported address',
    breaks: ['NET-6'],
    change: (r) => {
      boxOut(r)[1].CidrIp = { 'Fn::ImportValue': 'resolver' };
    },
  },
  {
    name: 'proxy egress 53 to a prefix list',
    breaks: ['NET-6'],
    change: (r) => {
      delete boxOut(r)[1].CidrIp;
      boxOut(r)[1].DestinationPrefixListId = 'pl-0123456789abcdef0';
    },
  },
  // IAM-1, IMDS-1
  {
    name: 'a profile on the agent host',
    breaks: ['IAM-1'],
    change: (r) => {
      r.ScoutHost.Properties.IamInstanceProfile = ref('ScoutProfile');
    },
  },
  {
    name: 'a launch template from elsewhere on the agent host',
    breaks: ['IAM-1'],
    change: (r) => {
      r.ScoutHost.Properties.LaunchTemplate = { LaunchTemplateId: 'lt-0123456789abcdef0', Version: '1' };
    },
  },
  {
    name: 'IMDSv1 on the agent host',
    breaks: ['IMDS-1'],
    change: (r) => {
      r.ScoutHost.Properties.MetadataOptions.HttpTokens = 'optional';
    },
  },
  {
    name: 'two hops on the proxy box',
    breaks: ['IMDS-1'],
    change: (r) => {
      r.ScoutBox.Properties.MetadataOptions.HttpPutResponseHopLimit = 2;
    },
  },
  {
    name: 'no metadata options at all',
    breaks: ['IMDS-1'],
    change: (r) => {
      delete r.ScoutBox.Properties.MetadataOptions;
    },
  },
  {
    name: 'a backup selection that may not be deployed',
    breaks: ['VOL-2'],
    change: (r) => {
      r.ScoutBackup.Condition = 'Undecided';
    },
  },
  // VOL-1, VOL-2
  {
    name: 'state volume without key',
    breaks: ['VOL-1'],
    change: (r) => {
      delete r.ScoutState.Properties.KmsKeyId;
    },
  },
  {
    name: 'state volume not encrypted',
    breaks: ['VOL-1'],
    change: (r) => {
      r.ScoutState.Properties.Encrypted = false;
    },
  },
  {
    name: "root volume with another agent's key",
    breaks: ['VOL-1'],
    change: (r) => {
      r.ScoutBox.Properties.BlockDeviceMappings[0].Ebs.KmsKeyId = att('ScribeKey', 'Arn');
    },
  },
  {
    name: 'root volume not mentioned',
    breaks: ['VOL-1'],
    change: (r) => {
      delete r.ScoutHost.Properties.BlockDeviceMappings;
    },
  },
  {
    name: 'log group without key',
    breaks: ['VOL-1'],
    change: (r) => {
      delete r.ScoutAudit.Properties.KmsKeyId;
    },
  },
  {
    name: "topic with Amazon's key",
    breaks: ['VOL-1'],
    change: (r) => {
      r.Alerts.Properties.KmsMasterKeyId = 'alias/aws/sns';
    },
  },
  {
    name: 'state volume deleted with the stack',
    breaks: ['VOL-2'],
    change: (r) => {
      delete r.ScoutState.DeletionPolicy;
    },
  },
  {
    name: 'state volume deleted when replaced',
    breaks: ['VOL-2'],
    change: (r) => {
      r.ScoutState.UpdateReplacePolicy = 'Delete';
    },
  },
  {
    name: 'state volume not backed up',
    breaks: ['VOL-2'],
    change: (r) => {
      delete r.ScoutBackup;
    },
  },
  {
    name: 'state volume backed up weekly',
    breaks: ['VOL-2'],
    change: (r) => {
      r.BackupPlan.Properties.BackupPlan.BackupPlanRule[0].ScheduleExpression = 'cron(0 4 ? * SUN *)';
    },
  },
  {
    name: 'no state volume',
    breaks: ['VOL-2'],
    change: (r) => {
      delete r.ScoutHost.Properties.Volumes;
    },
  },
  // A machine that is neither falls under the general findings.
  {
    name: 'an untagged machine in the proxies subnet',
    breaks: ['OPEN-OUT', 'DEFAULT-GROUP'],
    change: (r) => {
      delete r.RestrictDefault;
      r.Extra = {
        Type: 'AWS::EC2::Instance',
        Properties: {
          SubnetId: ref('ProxiesSubnet'),
          NetworkInterfaces: [
            { DeviceIndex: '0', SubnetId: ref('ProxiesSubnet'), AssociatePublicIpAddress: true },
          ],
        },
      };
    },
  },
];

describe('the kit with one thing changed', () => {
  test.each(MUTATIONS)('$name breaks $breaks', ({ breaks, change }) => {
    expect(brokenIn(reportOf(mutated(change)))).toEqual(expect.arrayContaining([...breaks]));
  });

  test('every violation names a resource of the template, what is wrong and what to do', () => {
    for (const { change } of MUTATIONS) {
      const template = mutated(change);
      for (const violation of reportOf(template).violations) {
        expect(Object.keys(template.Resources)).toContain(violation.resource);
        expect(violation.message).toContain(violation.resource);
        expect(violation.fix).not.toBe('');
      }
    }
  });

  test('a cell that keeps the law is not blamed for its neighbour', () => {
    const template = mutated((r) => agentOut(r).push(open(443, { CidrIp: '0.0.0.0/0' })));
    expect(new Set(reportOf(template).violations.map((each) => each.resource))).toEqual(
      new Set(['ScoutHost']),
    );
  });
});
