import { STATE_ATTACHMENT_TYPE } from '../../constructs/names';
import { ANSWER_SECONDS, timeLimitSeconds } from '../../constructs/provider/function/respond';
import { resources as providers } from '../../constructs/provider/resources';
import type { Agent } from '../../lib/config/model';
import { kitAirlock } from '../support/arbitrary-airlock';
import { MODES, madeBefore, templateOf } from './synthesise';

/** What confines a machine, records what it does or routes its packets. */
const CONFINING = [
  'AWS::EC2::FlowLog',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::Route',
  'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCDHCPOptionsAssociation',
  'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
];

/** Custom resources that concern no machine but the agent's own. */
// A log group has a key before it is given another, so nobody waits for that.
const OF_ONE_CELL = ['Custom::AirlockAgentSecrets', 'Custom::AirlockLogKeys', STATE_ATTACHMENT_TYPE];

describe.each(MODES.map(([name, airlock]) => [name, templateOf(airlock)] as const))('%s', (_, template) => {
  const resources = Object.entries(template.Resources);
  const isCustom = (type: string) => /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(type);

  test('NET-3 no machine starts before what confines it', () => {
    const confining = resources.flatMap(([id, { Type }]) =>
      CONFINING.includes(Type) || (isCustom(Type) && !OF_ONE_CELL.includes(Type)) ? [id] : [],
    );
    const machines = resources.flatMap(([id, { Type }]) => (Type === 'AWS::EC2::Instance' ? [id] : []));
    expect(machines).toHaveLength(4);
    expect(confining.length).toBeGreaterThan(30);
    for (const machine of machines) {
      const known = madeBefore(template, machine);
      expect({ machine, late: confining.filter((id) => !known.has(id)) }).toEqual({ machine, late: [] });
    }
  });

  test('custom resources give up in minutes, and after the functions that make them', () => {
    const custom = resources.filter(([, { Type }]) => isCustom(Type));
    const makers = new Set(custom.map(([, { Properties }]) => Properties.ServiceToken['Fn::GetAtt'][0]));
    const [only, ...others] = resources.filter(([id]) => makers.has(id));
    expect([custom.length > 2, others]).toEqual([true, []]);
    for (const [id, { Type, Properties }] of custom) {
      // A machine that has to be stopped takes longer than whatever only asks.
      expect([id, Properties.ServiceTimeout <= (Type === STATE_ATTACHMENT_TYPE ? 1000 : 300)]).toEqual([
        id,
        true,
      ]);
      const limit = timeLimitSeconds(providers.find(({ type }) => type === Type)) + ANSWER_SECONDS;
      expect([id, limit < Properties.ServiceTimeout]).toEqual([id, true]);
      expect([id, limit <= only?.[1].Properties.Timeout]).toEqual([id, true]);
    }
  });

  test('flow logs name their log group, whose ARN would end in what they refuse', () => {
    const logs = resources.filter(([, { Type }]) => Type === 'AWS::EC2::FlowLog');
    expect(logs).toHaveLength(1);
    for (const [, { Properties }] of logs) {
      const { LogGroupName, LogDestination } = Properties;
      const group = template.Resources[LogGroupName.Ref];
      expect([group?.Type, group?.Properties.LogGroupName, LogDestination]).toEqual([
        'AWS::Logs::LogGroup',
        '/airlock/flows',
        undefined,
      ]);
    }
  });
});

test('the provider’s policy fits what IAM takes for as many agents as a stack holds', () => {
  const base = kitAirlock();
  const agents = Array.from({ length: 20 }, (_, index) => ({
    ...(base.agents[0] as Agent),
    name: `agent-${String.fromCharCode(97 + index)}`,
    secrets: [],
    egress: [],
  }));
  const { Resources } = templateOf({ ...base, agents });
  const [, policy] =
    Object.entries(Resources).find(([id]) => id.startsWith('EnvironmentProviderPolicy')) ?? [];
  const arn = `"${'k'.repeat(75)}"`;
  const text = JSON.stringify(policy?.Properties.PolicyDocument)
    .replaceAll(/\{"Fn::GetAtt":\["[^"]+","Arn"\]\}/g, arn)
    .replaceAll(/\{"Ref":"AWS::[A-Za-z]+"\}/g, 'ap-southeast-1')
    .replaceAll(/\{"Fn::Join":\["",|\]\}/g, '');
  // A managed policy holds 6,144 characters (IAM quotas).
  expect(text.length).toBeLessThan(6144);
});
