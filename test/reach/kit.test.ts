import { brokenTemplates } from '../support/broken';
import { brokenIn, fixture, type Json, linesOf, reportOf } from './support';

const KIT = fixture('airlock-kit');

function mutated(change: (resources: Json) => void): Json {
  const copy = structuredClone(KIT);
  change(copy.Resources);
  return copy;
}

const ref = (id: string) => ({ Ref: id });

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

const BROKEN = brokenTemplates('network', 'reach').map(({ name, breaks, edit }) => {
  const template = structuredClone(KIT);
  edit(template);
  return { name, breaks, template, report: reportOf(template) };
});

describe('the kit with one thing changed', () => {
  test.each(BROKEN)('$name breaks $breaks', ({ breaks, report }) => {
    expect(brokenIn(report).sort()).toEqual([...breaks].sort());
  });

  test('every violation names a resource of the template, what is wrong and what to do', () => {
    for (const { template, report } of BROKEN) {
      for (const violation of report.violations) {
        expect(Object.keys(template.Resources)).toContain(violation.resource);
        expect(violation.message).toContain(violation.resource);
        expect(violation.fix).not.toBe('');
      }
    }
  });

  test('a cell that keeps the law is not blamed for its neighbour', () => {
    const open = BROKEN.find(({ name }) => name === 'agent egress 443 to the world');
    expect(new Set(open?.report.violations.map((each) => each.resource))).toEqual(new Set(['ScoutHost']));
  });
});
