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
    expect(
      resources('AWS::EC2::Route').map(([, { Properties, DependsOn }]) => [Properties, DependsOn]),
    ).toEqual([
      [
        {
          RouteTableId: { Ref: expect.stringContaining('ProxiesRoutes') },
          DestinationCidrBlock: '0.0.0.0/0',
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

  test('no network ACL has more than the 20 rules of a direction that AWS allows, with four resolvers', () => {
    const four = ['9.9.9.9', '1.1.1.1', '8.8.8.8', '149.112.112.112'];
    const template = templateOf(
      pinned(airlockWith({ network: { ...wayOut('transit-gateway'), resolvers: four } })),
    );
    const count = new Map<string, number>();
    for (const [, { Properties }] of resources('AWS::EC2::NetworkAclEntry', template)) {
      const key = `${Properties.NetworkAclId.Ref} ${Properties.Egress}`;
      count.set(key, (count.get(key) ?? 0) + 1);
    }
    expect(Math.max(...count.values())).toBeLessThanOrEqual(20);
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
    expect(beyond.map(({ direction, ports }) => [direction, ports])).toEqual([
      ['outbound', [[443, 443]]],
      ['outbound', [[53, 53]]],
      ['outbound', [[53, 53]]],
      ['outbound', [[53, 53]]],
      ['outbound', [[53, 53]]],
    ]);
  });

  test('the network ACLs keep other networks of the team away, whatever a security group says', () => {
    const toTheirs = spoilt((all) => {
      for (const { Properties } of proxyGroups(all)) {
        Properties.SecurityGroupEgress = [tcp443('10.99.0.0/16')];
        Properties.SecurityGroupIngress = [tcp443('10.99.0.0/16')];
      }
    });
    const withoutDenials = structuredClone(toTheirs);
    for (const [id, each] of resources('AWS::EC2::NetworkAclEntry', withoutDenials)) {
      if (each.Properties.RuleAction === 'deny') delete withoutDenials.Resources[id];
    }
    expect([reaches(toTheirs), reaches(withoutDenials)]).toEqual([false, true]);
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

/** Those that let a box out to 443. */
function proxyGroups(all: StackTemplate['Resources']): TemplateResource[] {
  return Object.values(all).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::EC2::SecurityGroup' &&
      Properties.SecurityGroupEgress?.some(({ CidrIp }: { CidrIp?: string }) => CidrIp === '0.0.0.0/0'),
  );
}

function reaches(template: StackTemplate): boolean {
  return reportOf(template).machines.some(({ destinations }) =>
    destinations.some(({ destination }) => destination.cidr === '10.99.0.0/16'),
  );
}
