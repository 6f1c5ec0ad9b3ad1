import { PUBLIC_BLOCKS } from '../../constructs/address/public-blocks';
import { subnetCidrs } from '../../constructs/network/subnet-cidrs';
import { judge } from '../../lib/guardrails';
import { type ReachReport, reach } from '../../lib/reach';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { pinned, type StackTemplate, type TemplateResource, templateOf, wayOut } from './synthesise';

const TEMPLATE = templateOf(pinned(airlockWith({ network: wayOut('transit-gateway') })));

function resources(type: string, template = TEMPLATE): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

function reportOf(template: StackTemplate): ReachReport {
  const result = reach(template);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.report;
}

/** The template with one thing of it changed for the worse. */
function spoilt(change: (resources: StackTemplate['Resources']) => void): StackTemplate {
  const copy = structuredClone(TEMPLATE);
  change(copy.Resources);
  return copy;
}

const find = (all: StackTemplate['Resources'], start: string) =>
  Object.entries(all).find(([id]) => id.startsWith(start)) as [string, TemplateResource];

describe('egress: transit-gateway', () => {
  test('there is no internet gateway, no NAT gateway and no public address', () => {
    for (const type of ['InternetGateway', 'VPCGatewayAttachment', 'NatGateway', 'EIP']) {
      expect(resources(`AWS::EC2::${type}`)).toEqual([]);
    }
  });

  test('NET-2 the one route of the stack is the proxies’, and waits for the attachment', () => {
    const [attachment] = resources('AWS::EC2::TransitGatewayAttachment');
    const [list] = resources('AWS::EC2::PrefixList');
    expect(
      resources('AWS::EC2::Route').map(([, { Properties, DependsOn }]) => [Properties, DependsOn]),
    ).toEqual([
      [
        {
          RouteTableId: { Ref: expect.stringContaining('ProxiesRoutes') },
          DestinationPrefixListId: { Ref: list?.[0] },
          TransitGatewayId: 'tgw-0123456789abcdef0',
        },
        [attachment?.[0]],
      ],
    ]);
  });

  test('the attachment stands in a subnet of its own, without a route and with an ACL of its own', () => {
    const [[, attachment]] = resources('AWS::EC2::TransitGatewayAttachment') as [[string, TemplateResource]];
    const [subnet] = attachment.Properties.SubnetIds.map(({ Ref }: { Ref: string }) => Ref);
    expect(subnet).toContain('EgressSubnet');
    const [[table], [acl]] = ['SubnetRouteTableAssociation', 'SubnetNetworkAclAssociation'].map((type) =>
      resources(`AWS::EC2::${type}`)
        .filter(([, each]) => each.Properties.SubnetId.Ref === subnet)
        .map(([, { Properties }]) => (Properties.RouteTableId ?? Properties.NetworkAclId).Ref),
    ) as [string[], string[]];
    expect(
      resources('AWS::EC2::Route').map(([, { Properties }]) => Properties.RouteTableId.Ref),
    ).not.toContain(table);
    // What a Transit Gateway's subnet lets through is judged by the machines' side alone.
    const { proxies } = subnetCidrs(kitAirlock().network.cidr);
    const entries = resources('AWS::EC2::NetworkAclEntry').map(([, { Properties }]) => Properties);
    expect(
      entries
        .filter(({ NetworkAclId }) => NetworkAclId.Ref === acl)
        .map(({ Egress, CidrBlock, RuleAction }) => [Egress, CidrBlock, RuleAction]),
    ).toEqual([false, true].map((out) => [out, proxies, 'allow']));
  });

  test('a security group has at most 60 rules out, and a route table 50 routes, with four resolvers', () => {
    const four = ['9.9.9.9', '1.1.1.1', '8.8.8.8', '149.112.112.112'];
    const template = templateOf(
      pinned(airlockWith({ network: { ...wayOut('transit-gateway'), resolvers: four } })),
    );
    const rules = resources('AWS::EC2::SecurityGroup', template).map(
      ([, { Properties }]) => Properties.SecurityGroupEgress.length,
    );
    expect(Math.max(...rules)).toBe(PUBLIC_BLOCKS.length + 8);
    expect(Math.max(...rules)).toBeLessThanOrEqual(60);
    const [[, list]] = resources('AWS::EC2::PrefixList', template) as [[string, TemplateResource]];
    // A list counts as many routes as it may have entries, beside the VPC's own.
    expect(list.Properties.MaxEntries + 1).toBeLessThanOrEqual(50);
    expect(list.Properties).toMatchObject({
      MaxEntries: PUBLIC_BLOCKS.length,
      Entries: PUBLIC_BLOCKS.map((Cidr) => ({ Cidr })),
    });
  });

  test('every invariant holds, and reach says that it sees nothing beyond the gateway', () => {
    expect(judge(TEMPLATE)).toEqual([]);
    const report = reportOf(TEMPLATE);
    expect(report.violations).toEqual([]);
    expect(report.notModelled.map(({ type, why }) => `${type}: ${why}`)).toEqual([
      expect.stringMatching(/TransitGatewayAttachment: beyond the transit gateway nothing is seen/),
    ]);
  });

  test('a proxy box reaches public addresses through it, and nothing reaches the box', () => {
    const box = reportOf(TEMPLATE).machines.find(({ part }) => part === 'proxy-box');
    const beyond = box?.destinations.filter(({ destination }) => destination.kind === 'peer') ?? [];
    expect(beyond.filter(({ direction }) => direction === 'inbound')).toEqual([]);
    const at = (port: number) =>
      beyond
        .filter(({ ports }) => String(ports) === String([port, port]))
        .map(({ destination }) => destination.cidr);
    expect(at(443).sort()).toEqual([...PUBLIC_BLOCKS].sort());
    const resolvers = kitAirlock().network.resolvers.map((resolver) => `${resolver}/32`);
    expect(new Set(at(53))).toEqual(new Set(resolvers));
    expect(beyond).toHaveLength(at(443).length + at(53).length);
  });

  const toTheirs = (all: StackTemplate['Resources']) => {
    for (const { Properties } of proxyGroups(all)) {
      Properties.SecurityGroupEgress = [tcp443('10.99.0.0/16')];
      Properties.SecurityGroupIngress = [tcp443('10.99.0.0/16')];
    }
  };
  const everyAddress = (all: StackTemplate['Resources']) => {
    const [, route] = find(all, 'EnvironmentNetworkProxiesInternetRoute');
    delete route.Properties.DestinationPrefixListId;
    route.Properties.DestinationCidrBlock = '0.0.0.0/0';
  };

  test('route and security group keep other networks of the team away, each without the other', () => {
    const both = spoilt((all) => {
      toTheirs(all);
      everyAddress(all);
    });
    expect([spoilt(toTheirs), spoilt(everyAddress), both].map(reaches)).toEqual([false, false, true]);
  });

  test.each<[string, (all: StackTemplate['Resources']) => void, RegExp]>([
    [
      'a private block in the list',
      (all) => {
        const [, list] = find(all, 'EnvironmentNetworkPublicBlocks');
        list.Properties.Entries.push({ Cidr: '10.99.0.0/16' });
      },
      /route to private addresses: .*10\.99\.0\.0\/16 to peer/,
    ],
    [
      'a list that another stack keeps',
      (all) => {
        find(all, 'EnvironmentNetworkProxiesInternetRoute')[1].Properties.DestinationPrefixListId =
          'pl-0123456789abcdef0';
      },
      /route to private addresses: .*prefix list pl-0123456789abcdef0/,
    ],
    ['a route for every address in its place', everyAddress, /route to private addresses: .*0\.0\.0\.0\/0/],
    [
      'a route for every address beside it',
      (all) => {
        const [, route] = find(all, 'EnvironmentNetworkProxiesInternetRoute');
        const { DestinationPrefixListId: _, ...rest } = route.Properties;
        all.Stray = { Type: route.Type, Properties: { ...rest, DestinationCidrBlock: '0.0.0.0/0' } };
      },
      /route to private addresses: Stray/,
    ],
    [
      'a security group that lets every address out',
      (all) => {
        for (const { Properties } of proxyGroups(all))
          Properties.SecurityGroupEgress.push(tcp443('0.0.0.0/0'));
      },
      /let out to private addresses/,
    ],
  ])('NET-7 %s breaks it', (_, spoil, message) => {
    const found = judge(spoilt(spoil));
    expect(new Set(found.map(({ invariant }) => invariant))).toEqual(new Set(['NET-7']));
    for (const each of found) expect(each.message).toMatch(message);
  });

  test('an operator may read the entries of the list, and of no other', () => {
    const [list] = resources('AWS::EC2::PrefixList');
    const statements = resources('AWS::IAM::ManagedPolicy')
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes('ec2:GetManagedPrefixListEntries'));
    expect(statements.map(({ Resource }) => Resource['Fn::Join'][1].slice(-2))).toEqual([
      [expect.stringMatching(/:prefix-list\/$/), { Ref: list?.[0] }],
    ]);
  });

  test('NET-5 another VPC that a security group lets in breaks it', () => {
    const open = spoilt((all) => {
      for (const { Properties } of proxyGroups(all)) Properties.SecurityGroupIngress = [tcp443('10.0.0.0/8')];
    });
    expect(judge(open).map(({ invariant }) => invariant)).toContain('NET-5');
  });

  test('NET-2 a route from the agents’ subnet to it breaks it', () => {
    const open = spoilt((all) => {
      const [table] = find(all, 'EnvironmentNetworkAgentsRoutes');
      all.Stray = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { Ref: table },
          DestinationCidrBlock: '10.0.0.0/8',
          TransitGatewayId: 'tgw-0123456789abcdef0',
        },
      };
    });
    expect(judge(open).map(({ invariant }) => invariant)).toContain('NET-2');
  });
});

const tcp443 = (CidrIp: string) => ({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp });

/** Those that let a box out to public addresses. */
function proxyGroups(all: StackTemplate['Resources']): TemplateResource[] {
  return Object.values(all).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::EC2::SecurityGroup' &&
      Properties.SecurityGroupEgress?.some(({ CidrIp }: { CidrIp?: string }) => CidrIp === PUBLIC_BLOCKS[0]),
  );
}

function reaches(template: StackTemplate): boolean {
  return reportOf(template).machines.some(({ destinations }) =>
    destinations.some(({ destination }) => destination.cidr === '10.99.0.0/16'),
  );
}
