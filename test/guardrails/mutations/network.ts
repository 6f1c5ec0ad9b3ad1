import { attribute, type Mutation, ref } from '../mutation';

const HOST = 'scoutHostInstance';
const BOX = 'scoutProxyInstance';
const AGENTS = 'EnvironmentNetworkAgentsSubnet';

export const NETWORK_MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'an agent host let out on 443 to anywhere',
    fires: ['NET-1', 'NET-4'],
    edit: (draft) => {
      draft.get('scoutDoorsAgentHost').Properties.SecurityGroupEgress.push({
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        CidrIp: '0.0.0.0/0',
      });
    },
  },
  {
    breaks: "an agent host let out to another agent's proxy box",
    fires: ['NET-1', 'NET-4', 'NET-5'],
    edit: (draft) => {
      draft.get('scoutDoorsAgentHost').Properties.SecurityGroupEgress.push({
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        DestinationSecurityGroupId: attribute(draft.id('menderDoorsProxy'), 'GroupId'),
      });
      draft.get('menderDoorsDoor').Properties.SecurityGroupIngress.push({
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: attribute(draft.id('scoutDoorsAgentHost'), 'GroupId'),
      });
    },
  },
  {
    breaks: 'an egress list left out, so that everything is allowed',
    fires: ['NET-1', 'NET-4'],
    edit: (draft) => {
      delete draft.get('scoutDoorsAgentHost').Properties.SecurityGroupEgress;
    },
  },
  {
    breaks: 'a network ACL entry that lets agent hosts out to the internet',
    fires: ['NET-1'],
    edit: (draft) => {
      draft.add('WideAclEntry', 'AWS::EC2::NetworkAclEntry', {
        NetworkAclId: ref(draft.id('EnvironmentNetworkIsolationAgentsAcl')),
        RuleNumber: 90,
        Egress: true,
        RuleAction: 'allow',
        Protocol: 6,
        CidrBlock: '0.0.0.0/0',
        PortRange: { From: 443, To: 443 },
      });
    },
  },
  {
    breaks: 'an agent host without its part tag',
    fires: ['NET-1', 'NET-5'],
    edit: (draft) => {
      const machine = draft.get(HOST);
      machine.Properties.Tags = machine.Properties.Tags.filter(
        (tag: { Key: string }) => tag.Key !== 'airlock:part',
      );
    },
  },
  {
    breaks: 'a route out of the agents subnet',
    fires: ['NET-2'],
    edit: (draft) => {
      draft.add('WayOut', 'AWS::EC2::Route', {
        RouteTableId: ref(draft.id('EnvironmentNetworkAgentsRoutes')),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: ref(draft.id('EnvironmentNetworkInternetGateway10640020')),
      });
    },
  },
  {
    breaks: 'public addresses in the agents subnet',
    fires: ['NET-2'],
    edit: (draft) => {
      draft.get(AGENTS).Properties.MapPublicIpOnLaunch = true;
    },
  },
  {
    breaks: 'an Elastic IP on an agent host',
    fires: ['NET-2'],
    edit: (draft) => {
      draft.add('HostAddress', 'AWS::EC2::EIP', { Domain: 'vpc', InstanceId: ref(draft.id(HOST)) });
    },
  },
  {
    breaks: 'a DNS firewall that alerts instead of blocking',
    fires: ['NET-3'],
    edit: (draft) => {
      draft.get('EnvironmentNetworkDnsFirewallBlockAll').Properties.FirewallRules[0].Action = 'ALERT';
    },
  },
  {
    breaks: 'a DNS firewall that fails open',
    fires: ['NET-3', 'DEP-1'],
    edit: (draft) => {
      draft.add('FailOpen', 'AWS::Route53Resolver::FirewallConfig', {
        ResourceId: ref(draft.id('EnvironmentNetworkVpc')),
        FirewallFailOpen: 'ENABLED',
      });
    },
  },
  {
    breaks: 'resolver queries that nobody logs',
    fires: ['NET-3'],
    edit: (draft) => draft.remove('EnvironmentNetworkDnsFirewallQueryLoggingAssociation'),
  },
  {
    breaks: 'a gateway endpoint routed from the agents subnet',
    fires: ['NET-2', 'NET-4'],
    edit: (draft) => {
      draft.add('Endpoint', 'AWS::EC2::VPCEndpoint', {
        VpcId: ref(draft.id('EnvironmentNetworkVpc')),
        VpcEndpointType: 'Gateway',
        ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.s3' },
        RouteTableIds: [ref(draft.id('EnvironmentNetworkAgentsRoutes'))],
      });
    },
  },
  {
    breaks: 'ssh into an agent host from anywhere',
    fires: ['NET-5'],
    edit: (draft) => {
      draft.get('scoutDoorsAgentHost').Properties.SecurityGroupIngress = [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' },
      ];
    },
  },
  {
    breaks: 'a proxy box whose health port is open to its agent',
    fires: ['NET-5'],
    edit: (draft) => {
      draft.get('scoutDoorsDoor').Properties.SecurityGroupIngress.push({
        IpProtocol: 'tcp',
        FromPort: 9090,
        ToPort: 9090,
        SourceSecurityGroupId: attribute(draft.id('scoutDoorsAgentHost'), 'GroupId'),
      });
    },
  },
  {
    breaks: 'a proxy box let out on port 80',
    fires: ['NET-6'],
    edit: (draft) => {
      draft.get('scoutDoorsProxy').Properties.SecurityGroupEgress.push({
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        CidrIp: '0.0.0.0/0',
      });
    },
  },
  {
    breaks: 'a proxy box that may ask any DNS server',
    fires: ['NET-6'],
    edit: (draft) => {
      draft.get('scoutDoorsProxy').Properties.SecurityGroupEgress.push({
        IpProtocol: 'udp',
        FromPort: 53,
        ToPort: 53,
        CidrIp: '0.0.0.0/0',
      });
    },
  },
  {
    breaks: 'IMDSv1 on an agent host',
    fires: ['IMDS-1'],
    edit: (draft) => {
      draft.get(HOST).Properties.MetadataOptions.HttpTokens = 'optional';
    },
  },
  {
    breaks: 'two hops to the metadata of a proxy box',
    fires: ['IMDS-1'],
    edit: (draft) => {
      draft.get(BOX).Properties.MetadataOptions.HttpPutResponseHopLimit = 2;
    },
  },
  {
    breaks: 'an agent host with an instance profile',
    fires: ['IAM-1'],
    edit: (draft) => {
      draft.get(HOST).Properties.IamInstanceProfile = ref(draft.id('scoutProxyRoleProfile'));
    },
  },
];
