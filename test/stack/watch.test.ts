import { type Airlock, EGRESS_MODES } from '../../lib/config/model';
import { itemsOfConfiguration } from '../../lib/cost/of-configuration';
import { itemsOfTemplate } from '../../lib/cost/of-template';
import { PRICES } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';
import { markdownTable } from '../../lib/markdown-table';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { everythingOn, scouts } from '../support/everything-on';
import { matchesPattern } from '../support/filter-pattern';
import { expectMade } from '../support/made';
import { ofType, pinned, type StackTemplate, templateOf } from './synthesise';

const functionOf = (template: StackTemplate) =>
  ofType(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.Description === 'Agent Airlock: tells people of signals',
  )?.Properties;

const agents = (count: number, more: Partial<Airlock> = {}) => everythingOn(scouts(count), more);
const sizeOf = (airlock: Airlock) => Object.keys(templateOf(airlock).Resources).length;

describe('with everything on', () => {
  const fifteen = templateOf(agents(15));

  test('an agent takes at most 26 resources, all share at most 110, and 15 agents fit a stack of 500', () => {
    const { network } = kitAirlock();
    const ways = {
      ...Object.fromEntries(EGRESS_MODES.map((egress) => [`\`${egress}\``, { ...network, egress }])),
      '`transit-gateway`': { ...network, egress: 'transit-gateway', transitGateway: 'tgw-0123456789abcdef0' },
      '`address` in an existing VPC': { ...network, vpc: 'vpc-0123456789abcdef0' },
    } as Record<string, Airlock['network']>;
    const rows = Object.entries(ways).map(([way, network]) => {
      const [first, second] = [1, 2].map((count) => sizeOf(agents(count, { network }))) as [number, number];
      const each = second - first;
      // Each agent takes as many as the one before it: counted by the default way out.
      const all = first + 14 * each;
      if (way === '`address`') expect(Object.keys(fifteen.Resources)).toHaveLength(all);
      expect(each).toBeLessThanOrEqual(26);
      expect(first - each).toBeLessThanOrEqual(110);
      expect(all).toBeLessThanOrEqual(500);
      return [way, each, first - each, all].map(String);
    });
    const head = ['way out', 'an agent', 'shared', 'with 15 agents'];
    expectMade('docs/WATCH.md', { counts: markdownTable(head, rows) });
    expect(JSON.stringify(functionOf(fifteen)?.Environment.Variables).length).toBeLessThan(4096);
  });

  test('no log group has more than two subscription filters, and each goes on or to the function', () => {
    const filters = ofType(fifteen, 'AWS::Logs::SubscriptionFilter').map(({ Properties }) => Properties);
    const groups = filters.map(({ LogGroupName }) => JSON.stringify(LogGroupName));
    const counts = [...new Set(groups)].map((group) => groups.filter((each) => each === group).length);
    expect(counts).toEqual(Array(17).fill(2));
  });
});

describe('the watch function', () => {
  const template = templateOf(agents(1));
  const properties = functionOf(template);

  const statementsOf = (of: StackTemplate) => {
    const role = functionOf(of)?.Role['Fn::GetAtt'][0];
    return ofType(of, 'AWS::IAM::ManagedPolicy')
      .filter(({ Properties }) => JSON.stringify(Properties.Roles ?? []).includes(`"${role}"`))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  };
  const actionsOf = (of: StackTemplate) =>
    statementsOf(of)
      .flatMap(({ Action }: { Action: string | string[] }) => Action)
      .sort();
  const LOOKS = [
    'cloudwatch:GetMetricData',
    'ec2:DescribeFlowLogs',
    'ec2:DescribeInstanceStatus',
    'ec2:DescribeInstances',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sns:Publish',
  ];

  test('may look and publish, and nothing else, where it sends no review', () => {
    const off = templateOf(agents(1, { watch: { review: 'off' } }));
    expect(actionsOf(off)).toEqual(LOOKS);
    expect(functionOf(off)?.Environment.Variables.REVIEW).toBeUndefined();
    expect(sizeOf(agents(1, { watch: { review: 'off' } }))).toBe(sizeOf(agents(1)));
  });

  test('may also read records and policies of its agents for a review, and nothing else', () => {
    const statements = statementsOf(template);
    expect(actionsOf(template)).toEqual(
      [
        ...LOOKS,
        'ec2:DescribeImages',
        'logs:FilterLogEvents',
        'logs:GetQueryResults',
        'logs:StartQuery',
        'ssm:DescribeParameters',
        'ssm:GetParametersByPath',
      ].sort(),
    );
    const resourcesOf = (sid: string) =>
      JSON.stringify(statements.find(({ Sid }: { Sid: string }) => Sid === sid).Resource);
    const audit = Object.keys(template.Resources).find((id) => /^agent00Audit/.test(id));
    expect(resourcesOf('ReadRecords')).toBe(JSON.stringify({ 'Fn::GetAtt': [audit, 'Arn'] }));
    expect(resourcesOf('ReadPolicies')).toContain(':parameter/airlock/agent-00/policy"');
    const publish = statements.find(({ Action }: { Action: unknown }) => Action === 'sns:Publish');
    expect(publish.Resource).toEqual([{ Ref: 'ContainmentTopic' }, properties?.Environment.Variables.ALERTS]);
  });

  test('looks at full minutes of the clock, so that a review has one look of its own', () => {
    const schedules = ofType(template, 'AWS::Events::Rule').flatMap(
      ({ Properties }) => Properties.ScheduleExpression ?? [],
    );
    expect(schedules).toEqual(['cron(0/5 * * * ? *)']);
  });

  test('knows the public address of proxy boxes behind a NAT gateway', () => {
    const behind = templateOf(pinned(airlockWith({ network: { egress: 'nat-gateway' } })));
    const nat = Object.keys(behind.Resources).filter((id) => /RegionalNatAddress/.test(id));
    const known = (of: StackTemplate) =>
      ofType(of, 'AWS::Lambda::Function').flatMap(
        ({ Properties }) => Properties.Environment?.Variables.NAT_ADDRESS ?? [],
      );
    expect(known(behind)).toEqual([{ 'Fn::GetAtt': [nat[0], 'PublicIp'] }]);
    expect(known(template)).toEqual([]);
  });

  test('tells people what it fails at', () => {
    expect(properties?.DeadLetterConfig.TargetArn).toEqual(properties?.Environment.Variables.ALERTS);
  });

  test('gets reads of secrets, which EventBridge leaves out by default', () => {
    const rules = ofType(template, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules).toMatchObject([
      { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', ScheduleExpression: 'cron(0/5 * * * ? *)' },
    ]);
    expect(rules[0]?.EventPattern).toBeDefined();
  });

  test('contains by a signal only where its mode says so', () => {
    const [switches] = ofType(template, 'AWS::Lambda::Function').flatMap(
      ({ Properties }) => Properties.Environment?.Variables.SWITCHES ?? [],
    );
    expect(JSON.stringify(switches).replaceAll('\\', '')).toContain('"signals":["pushes"]');
    expect(functionOf(templateOf(pinned(airlockWith({}))))?.Environment.Variables.CONTAINMENT).not.toEqual({
      Ref: 'ContainmentTopic',
    });
  });

  test('gets of flow logs what the VPC’s machines tried and was refused, whatever the block', () => {
    const patternOf = (cidr: string) =>
      ofType(
        templateOf(agents(1, { network: { ...kitAirlock().network, cidr } })),
        'AWS::Logs::SubscriptionFilter',
      )
        .map(({ Properties }) => Properties.FilterPattern as string)
        .find((pattern) => pattern.includes('REJECT')) as string;
    const flow = (source: string, action = 'REJECT') =>
      `2 111122223333 eni-1 ${source} 192.0.2.1 40000 22 6 1 60 1 2 ${action} OK`;
    expect(matchesPattern(patternOf('10.64.0.0/20'), flow('10.64.3.9'))).toBe(true);
    expect(matchesPattern(patternOf('172.16.64.0/24'), flow('172.16.64.9'))).toBe(true);
    expect(matchesPattern(patternOf('10.64.0.0/20'), flow('198.51.100.1'))).toBe(false);
    expect(matchesPattern(patternOf('10.64.0.0/20'), flow('10.64.3.9', 'ACCEPT'))).toBe(false);
  });
});

test('a dashboard shows every agent, is off by default, and its price is known from the configuration', () => {
  const airlock = agents(2, { dashboard: true });
  const template = templateOf(airlock);
  const [page] = ofType(template, 'AWS::CloudWatch::Dashboard').map(({ Properties }) =>
    JSON.stringify(Properties.DashboardBody),
  );
  for (const part of [
    "SOURCE '/airlock/agent-01/audit'",
    'ProxyHealthy',
    'record = ',
    'latest(spend.monthUsd)',
  ])
    expect(page).toContain(part);
  expect(ofType(templateOf(pinned(airlockWith({}))), 'AWS::CloudWatch::Dashboard')).toEqual([]);
  const priced = itemsOfTemplate(template);
  expect(priced.ok && quote(priced.items, PRICES)).toEqual(quote(itemsOfConfiguration(airlock), PRICES));
});

test('an existing VPC and no resolver leave the function what there is', () => {
  const network = { ...kitAirlock().network, dns: 'off' as const, vpc: 'vpc-0123456789abcdef0' };
  expect(sizeOf(agents(1, { network }))).toBeLessThan(sizeOf(agents(1)));
});
