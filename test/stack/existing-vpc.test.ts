import { ACCESS_MODES } from '../../lib/config/model';
import { judge } from '../../lib/guardrails';
import { reach } from '../../lib/reach';
import { airlockWith } from '../support/arbitrary-airlock';
import { madeBefore, pinned, type StackTemplate, templateOf } from './synthesise';

const VPC = 'vpc-0123456789abcdef0';
const TEMPLATE = templateOf(pinned(airlockWith({ network: { vpc: VPC } })));

function lookOf(template: StackTemplate): string {
  return Object.keys(template.Resources).find(
    (id) => template.Resources[id]?.Type === 'Custom::AirlockVpc',
  ) as string;
}

describe('network.vpc', () => {
  test('the stack makes no VPC, and puts everything into the one it is given', () => {
    expect(Object.values(TEMPLATE.Resources).filter(({ Type }) => Type === 'AWS::EC2::VPC')).toEqual([]);
    const named = Object.values(TEMPLATE.Resources).flatMap(({ Properties }) => Properties?.VpcId ?? []);
    expect(named.length).toBeGreaterThan(15);
    expect(new Set(named)).toEqual(new Set([VPC]));
  });

  test.each(ACCESS_MODES)('nothing is put into it before the function has looked: access %s', (access) => {
    const template = templateOf(pinned(airlockWith({ network: { vpc: VPC }, access })));
    const look = lookOf(template);
    const inIt = Object.entries(template.Resources).filter(
      ([id, { Type, Properties }]) =>
        // The function's own policy speaks of the VPC and is not in it.
        id !== look && Type !== 'AWS::IAM::ManagedPolicy' && JSON.stringify(Properties ?? {}).includes(VPC),
    );
    expect(inIt.length).toBeGreaterThan(12);
    expect(inIt.filter(([id]) => !madeBefore(template, id).has(look)).map(([id]) => id)).toEqual([]);
  });

  test('no resource waits for itself', () => {
    const ids = Object.keys(TEMPLATE.Resources);
    expect(ids.filter((id) => madeBefore(TEMPLATE, id).has(id))).toEqual([]);
  });

  test('the function may empty groups of that VPC alone', () => {
    const statements = Object.values(TEMPLATE.Resources).flatMap(
      ({ Properties }) => Properties?.PolicyDocument?.Statement ?? [],
    );
    const [emptying] = statements.filter(({ Sid }) => Sid === 'EmptyTheDefaultSecurityGroup');
    expect(JSON.stringify(emptying.Condition.ArnEquals['ec2:Vpc'])).toContain(`:vpc/${VPC}`);
  });

  test('it is held to every invariant, and what nobody sees is said', () => {
    expect(judge(TEMPLATE)).toEqual([]);
    const result = reach(TEMPLATE);
    expect(result.ok && result.report.violations).toEqual([]);
    expect(result.ok && result.report.notModelled.map(({ type, why }) => `${type}: ${why}`)).toEqual([
      expect.stringMatching(/^Custom::AirlockVpc: what else the existing VPC holds is not in the template/),
    ]);
  });

  test('NET-3 without the look, or without the DNS firewall, the VPC is an unknown one', () => {
    for (const type of ['Custom::AirlockVpc', 'AWS::Route53Resolver::FirewallRuleGroupAssociation']) {
      const spoilt = structuredClone(TEMPLATE);
      for (const [id, { Type }] of Object.entries(spoilt.Resources))
        if (Type === type) delete spoilt.Resources[id];
      expect([type, judge(spoilt).map(({ invariant }) => invariant)]).toEqual([
        type,
        expect.arrayContaining(['NET-3']),
      ]);
    }
  });

  test('NET-2 a route out of the agents’ subnet breaks it as anywhere', () => {
    const spoilt = structuredClone(TEMPLATE);
    const table = Object.keys(spoilt.Resources).find((id) => id.startsWith('EnvironmentNetworkAgentsRoutes'));
    spoilt.Resources.Stray = {
      Type: 'AWS::EC2::Route',
      Properties: {
        RouteTableId: { Ref: table },
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: 'igw-0123456789abcdef0',
      },
    };
    expect(judge(spoilt).map(({ invariant }) => invariant)).toContain('NET-2');
  });
});
