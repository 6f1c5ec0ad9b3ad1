import { brokenIn, fixture, type Json, linesOf, reportOf } from './support';

const ref = (id: string) => ({ Ref: id });
const att = (id: string, attribute = 'GroupId') => ({ 'Fn::GetAtt': [id, attribute] });
/** Only a deployment decides this condition. */
const MAYBE = {
  Parameters: { Stage: { Type: 'String' } },
  Conditions: { Maybe: { 'Fn::Equals': [ref('Stage'), 'x'] } },
};

function changed(name: string, change: (resources: Json) => void): Json {
  const template = { ...fixture(name), ...MAYBE };
  change(template.Resources);
  return template;
}

interface Case {
  readonly law: string;
  readonly fixture: string;
  readonly machine?: string;
  readonly change: (resources: Json) => void;
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
}

const WORLD = '> internet 0.0.0.0/0 tcp 443';

const CASES: readonly Case[] = [
  {
    law: 'a denial that may not be deployed protects nothing',
    fixture: 'nacl-order',
    change: (r) => {
      r.AclOut100.Condition = 'Maybe';
    },
    has: [WORLD],
  },
  {
    law: 'a denial of an unknown block protects nothing',
    fixture: 'nacl-order',
    change: (r) => {
      r.AclOut100.Properties.CidrBlock = { 'Fn::ImportValue': 'block' };
    },
    has: [WORLD],
  },
  {
    law: 'a network ACL whose association may not be deployed protects nothing',
    fixture: 'nacl-order',
    change: (r) => {
      r.AclAssociation.Condition = 'Maybe';
    },
    has: [WORLD],
  },
  {
    law: 'entries of the default network ACL count where no other is associated',
    fixture: 'egress-443-open',
    change: (r) => {
      r.Deny = {
        Type: 'AWS::EC2::NetworkAclEntry',
        Properties: {
          NetworkAclId: att('Vpc', 'DefaultNetworkAcl'),
          RuleNumber: 50,
          Egress: true,
          RuleAction: 'deny',
          Protocol: -1,
          CidrBlock: '0.0.0.0/0',
        },
      };
    },
    lacks: [WORLD],
  },
  {
    law: 'a route that may not be deployed hides no other',
    fixture: 'egress-443-open',
    change: (r) => {
      for (const [id, block] of Object.entries({ Lower: '0.0.0.0/1', Upper: '128.0.0.0/1' })) {
        r[id] = {
          Type: 'AWS::EC2::Route',
          Condition: 'Maybe',
          Properties: {
            RouteTableId: ref('Routes'),
            DestinationCidrBlock: block,
            VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
          },
        };
      }
    },
    has: [WORLD, '> peer pcx-0123456789abcdef0 0.0.0.0/1 tcp 443'],
  },
  {
    law: 'a machine that may be in either of two subnets reaches what either does',
    fixture: 'no-public-address',
    change: (r) => {
      r.Public = {
        Type: 'AWS::EC2::Subnet',
        Properties: { VpcId: ref('Vpc'), CidrBlock: '10.0.5.0/24', MapPublicIpOnLaunch: true },
      };
      r.PublicAssociation = {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: ref('Public'), RouteTableId: ref('Routes') },
      };
      r.Agent.Properties.SubnetId = { 'Fn::If': ['Maybe', ref('Subnet'), ref('Public')] };
    },
    has: [WORLD, '> subnet Subnet tcp 443'],
  },
  {
    law: 'a group list that may be absent adds the default group',
    fixture: 'egress-placeholder',
    change: (r) => {
      r.Agent.Properties.SecurityGroupIds = { 'Fn::If': ['Maybe', [ref('Group')], ref('AWS::NoValue')] };
    },
    has: ['> internet 0.0.0.0/0 all'],
  },
  {
    law: 'egress rules that may be absent add the default rule',
    fixture: 'egress-placeholder',
    change: (r) => {
      const rules = r.Group.Properties.SecurityGroupEgress;
      r.Group.Properties.SecurityGroupEgress = { 'Fn::If': ['Maybe', rules, ref('AWS::NoValue')] };
    },
    has: ['> internet 0.0.0.0/0 all'],
  },
  {
    law: 'a separate egress rule that may not be deployed leaves the default rule in place',
    fixture: 'egress-only-separate-rule',
    change: (r) => {
      r.Out.Condition = 'Maybe';
    },
    has: ['> internet 0.0.0.0/0 all'],
  },
  {
    law: 'an emptied default group lets nothing out',
    fixture: 'default-group',
    change: (r) => {
      r.Emptied = {
        Type: 'Custom::VpcRestrictDefaultSG',
        Properties: { DefaultSecurityGroupId: att('Vpc', 'DefaultSecurityGroup') },
      };
    },
    lacks: ['> internet 0.0.0.0/0 all'],
  },
  {
    law: 'a default group that may not be emptied lets everything out',
    fixture: 'default-group',
    change: (r) => {
      r.Emptied = {
        Type: 'Custom::VpcRestrictDefaultSG',
        Condition: 'Maybe',
        Properties: { DefaultSecurityGroupId: att('Vpc', 'DefaultSecurityGroup') },
      };
    },
    has: ['> internet 0.0.0.0/0 all'],
  },
  {
    law: 'ports the wrong way round are all ports',
    fixture: 'egress-separate-rule',
    change: (r) => {
      Object.assign(r.Out.Properties, { FromPort: 9, ToPort: 8 });
    },
    has: ['> internet 198.51.100.0/24 tcp all'],
  },
  {
    law: 'port -1 is all ports',
    fixture: 'egress-separate-rule',
    change: (r) => {
      Object.assign(r.Out.Properties, { FromPort: -1, ToPort: -1 });
    },
    has: ['> internet 198.51.100.0/24 tcp all'],
  },
  {
    law: 'egress is the union of all groups',
    fixture: 'groups-union',
    machine: 'Client',
    change: (r) => {
      r.Client.Properties.SecurityGroupIds = [ref('Door'), ref('ClientGroup')];
    },
    has: ['> machine Server tcp 443'],
  },
  {
    law: 'private addresses are nobody on the internet',
    fixture: 'egress-443-open',
    change: (r) => {
      r.Group.Properties.SecurityGroupEgress[0].CidrIp = '192.168.0.0/16';
    },
    lacks: ['> internet 192.168.0.0/16 tcp 443'],
  },
  {
    law: "the NAT gateway's subnet must let the machine's packets in",
    fixture: 'nat-gateway-acl',
    change: (r) => {
      r.NatAclIn100.Properties.CidrBlock = '10.0.1.0/24';
      delete r.NatAclIn110;
    },
    lacks: ['> internet 192.0.0.0/16 tcp 443', '> internet 192.0.0.0/16 tcp 443 one-way'],
  },
  {
    law: 'without replies to the NAT gateway traffic is one-way',
    fixture: 'nat-gateway-acl',
    change: (r) => {
      delete r.NatAclIn110;
      r.NatAclIn100.Properties.CidrBlock = '10.0.0.0/8';
    },
    has: ['> internet 192.0.0.0/16 tcp 443 one-way'],
  },
  {
    law: 'a private NAT gateway leads to no internet gateway',
    fixture: 'nat-gateway',
    change: (r) => {
      r.Nat.Properties.ConnectivityType = 'private';
    },
    lacks: [WORLD],
  },
  {
    law: 'a NAT gateway outside the template leads to the internet',
    fixture: 'nat-gateway',
    change: (r) => {
      r.Out.Properties.NatGatewayId = 'nat-0123456789abcdef0';
    },
    has: [WORLD],
  },
  {
    law: 'a machine that checks addresses forwards nothing',
    fixture: 'nat-instance',
    change: (r) => {
      delete r.Router.Properties.SourceDestCheck;
    },
    lacks: ['> unknown Router 0.0.0.0/0 tcp 443'],
  },
  {
    law: 'a gateway endpoint speaks only HTTP and HTTPS',
    fixture: 'gateway-endpoint-s3',
    change: (r) => {
      Object.assign(r.Group.Properties.SecurityGroupEgress[0], { FromPort: 0, ToPort: 65535 });
    },
    has: ['> endpoint S3 tcp 80, 443'],
  },
  {
    law: 'peering needs a route back',
    fixture: 'peering',
    change: (r) => {
      delete r.Back;
    },
    lacks: ['> machine Database tcp 5432'],
  },
  {
    law: 'peering joins only its own two VPCs',
    fixture: 'peering',
    change: (r) => {
      r.There.Properties.VpcPeeringConnectionId = ref('Partner');
      r.Back.Properties.VpcPeeringConnectionId = ref('Partner');
    },
    lacks: ['> machine Database tcp 5432'],
  },
  {
    law: 'a transit gateway joins only what is attached to it',
    fixture: 'transit-gateway',
    change: (r) => {
      delete r.HubB;
    },
    lacks: ['> machine Far1 tcp 22'],
  },
  {
    law: 'a load balancer without groups admits everything',
    fixture: 'other-interfaces',
    change: (r) => {
      delete r.Balancer.Properties.SecurityGroups;
    },
    has: ['> interface Balancer tcp 1-65535'],
  },
  {
    law: 'a service of an unknown type without groups admits everything',
    fixture: 'other-interfaces',
    change: (r) => {
      delete r.Broker.Properties.SecurityGroups;
    },
    has: ['> interface Broker tcp 1-65535'],
  },
  {
    law: 'an endpoint that keeps the client address comes from anywhere',
    fixture: 'inbound-ssh-open',
    change: (r) => {
      r.Group.Properties.SecurityGroupIngress[0].CidrIp = '203.0.113.0/24';
      r.Connect = {
        Type: 'AWS::EC2::InstanceConnectEndpoint',
        Properties: {
          SubnetId: ref('Subnet'),
          SecurityGroupIds: [ref('ConnectGroup')],
          PreserveClientIp: true,
        },
      };
      r.ConnectGroup = { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: ref('Vpc') } };
    },
    has: ['< connect-endpoint Connect tcp 22'],
  },
  {
    law: 'an endpoint with its own address must be named',
    fixture: 'inbound-ssh-open',
    change: (r) => {
      r.Group.Properties.SecurityGroupIngress[0].CidrIp = '203.0.113.0/24';
      r.Connect = {
        Type: 'AWS::EC2::InstanceConnectEndpoint',
        Properties: {
          SubnetId: ref('Subnet'),
          SecurityGroupIds: [ref('ConnectGroup')],
          PreserveClientIp: false,
        },
      };
      r.ConnectGroup = { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: ref('Vpc') } };
    },
    lacks: ['< connect-endpoint Connect tcp 22'],
  },
  {
    law: 'a rule may name a machine by its private address',
    fixture: 'group-reference',
    machine: 'Client',
    change: (r) => {
      r.ClientGroup.Properties.SecurityGroupEgress = [
        { IpProtocol: '-1', CidrIp: { 'Fn::Sub': '${Server.PrivateIp}/32' } },
      ];
    },
    has: ['> machine Server tcp 8080'],
    lacks: ['> machine Other all'],
  },
  {
    law: 'a second interface brings its subnet, its groups and its address',
    fixture: 'no-public-address',
    change: (r) => {
      r.Second = {
        Type: 'AWS::EC2::NetworkInterface',
        Properties: { SubnetId: ref('Subnet'), GroupSet: [ref('Wide')] },
      };
      r.Attachment = {
        Type: 'AWS::EC2::NetworkInterfaceAttachment',
        Properties: { InstanceId: ref('Agent'), NetworkInterfaceId: ref('Second'), DeviceIndex: '1' },
      };
      r.Wide = {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: { VpcId: ref('Vpc'), SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '10.0.0.0/8' }] },
      };
      r.Address = { Type: 'AWS::EC2::EIP', Properties: {} };
      r.AddressAssociation = {
        Type: 'AWS::EC2::EIPAssociation',
        Properties: { NetworkInterfaceId: ref('Second'), AllocationId: att('Address', 'AllocationId') },
      };
    },
    has: ['> internet 0.0.0.0/0 all'],
    lacks: ['> interface Second tcp 443'],
  },
  {
    law: 'AssociatePublicIpAddress false overrules the subnet',
    fixture: 'egress-443-open',
    change: (r) => {
      const { SubnetId, SecurityGroupIds } = r.Agent.Properties;
      delete r.Agent.Properties.SubnetId;
      delete r.Agent.Properties.SecurityGroupIds;
      r.Agent.Properties.NetworkInterfaces = [
        { DeviceIndex: '0', SubnetId, GroupSet: SecurityGroupIds, AssociatePublicIpAddress: false },
      ];
    },
    has: ['> subnet Subnet tcp 443'],
    lacks: [WORLD],
  },
  {
    law: 'two groups outside the template may be the same one',
    fixture: 'groups-union',
    machine: 'Client',
    change: (r) => {
      r.ClientGroup.Properties.SecurityGroupEgress[0].DestinationSecurityGroupId = 'sg-0123456789abcdef0';
      r.Server.Properties.SecurityGroupIds = { 'Fn::ImportValue': 'groups' };
    },
    has: ['> machine Server tcp all'],
  },
  {
    law: 'traffic with and without replies to the same block are two lines',
    fixture: 'nacl-replies-partly',
    change: (r) => {
      const entry = (number: number, action: string, block: string) => ({
        Type: 'AWS::EC2::NetworkAclEntry',
        Properties: {
          NetworkAclId: ref('Acl'),
          RuleNumber: number,
          RuleAction: action,
          Protocol: -1,
          CidrBlock: block,
        },
      });
      r.First = entry(1, 'deny', '192.0.2.1/32');
      r.Second = entry(2, 'deny', '192.0.2.2/32');
      r.Rest = entry(3, 'allow', '0.0.0.0/0');
    },
    has: [WORLD, `${WORLD} one-way`],
  },
  {
    law: 'a group outside the template lets everything through, to members nobody knows',
    fixture: 'egress-placeholder',
    change: (r) => {
      r.Group.Properties.SecurityGroupEgress = [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, DestinationSecurityGroupId: 'sg-0123456789abcdef0' },
      ];
    },
    has: ['> unknown sg-0123456789abcdef0 tcp 443'],
  },
  {
    law: 'a firewall association that may not be deployed stops no query',
    fixture: 'resolver-firewall',
    change: (r) => {
      r.Association.Condition = 'Maybe';
    },
    has: ['> vpc-resolver 169.254.169.253/32 udp 53'],
  },
];

describe('what AWS does in detail', () => {
  test.each(CASES)('$law', ({ fixture: name, machine, change, has = [], lacks = [] }) => {
    const lines = linesOf(reportOf(changed(name, change)), machine);
    expect(lines).toEqual(expect.arrayContaining([...has]));
    for (const line of lacks) expect(lines).not.toContain(line);
  });

  test('what is lacking above is there without the change', () => {
    for (const { fixture: name, machine, lacks = [] } of CASES) {
      const known = linesOf(reportOf(fixture(name)), machine);
      const invented = [
        '> internet 192.168.0.0/16',
        'connect-endpoint',
        'machine Other',
        'one-way',
        'interface Second',
      ];
      const real = lacks.filter((line) => !invented.some((part) => line.includes(part)));
      expect(known).toEqual(expect.arrayContaining(real));
    }
  });

  test('a firewall association that may not be deployed is a finding', () => {
    const template = changed('resolver-firewall', (r) => {
      r.Association.Condition = 'Maybe';
    });
    expect(brokenIn(reportOf(template))).toEqual(['RESOLVER-OPEN']);
  });

  test('a machine whose metadata service is off is not blamed for it', () => {
    const { violations, machines } = reportOf(fixture('imds-v1'));
    expect(violations.map((each) => each.resource)).toEqual(['Agent', 'Agent']);
    const silent = machines.find((machine) => machine.id === 'Silent');
    expect(silent?.destinations.map((each) => each.destination.kind)).toEqual(['time-sync']);
  });

  test('the whole internet less a little is still the world, and less than a /8 is not', () => {
    const opened = (cidr: string) =>
      brokenIn(
        reportOf(
          changed('egress-443-open', (r) => {
            r.Group.Properties.SecurityGroupEgress = [{ IpProtocol: '-1', CidrIp: cidr }];
          }),
        ),
      ).includes('OPEN-OUT');
    expect(opened('128.0.0.0/1')).toBe(true);
    expect(opened('52.0.0.0/8')).toBe(true);
    expect(opened('52.0.0.0/9')).toBe(false);
  });

  test('more rules than can be held against each other are refused', () => {
    const rules = Array.from({ length: 5000 }, (_, port) => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      CidrIp: '10.0.0.0/8',
    }));
    const template = changed('egress-443-open', (r) => {
      Object.assign(r.Group.Properties, { SecurityGroupEgress: rules, SecurityGroupIngress: rules });
    });
    expect(() => reportOf(template)).toThrow(
      /25000000 pairs of security group rules are more than the 20000000/,
    );
  });
});
