import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { ofType, pinned, type StackTemplate, type TemplateResource, templateOf } from './synthesise';

type Choice = 'contain' | 'notify';
const stackOf = (atLimit: Choice, onAlarm: Choice, alertsAtPercent = [50]) =>
  templateOf(
    pinned({
      ...kitAirlock(),
      agents: kitAirlock().agents.map((agent) =>
        agent.name === 'scout'
          ? { ...agent, onAlarm, budget: { monthlyUsd: 100, alertsAtPercent, atLimit } }
          : agent,
      ),
    }),
  );
const functionOf = (template: StackTemplate) =>
  ofType(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.Description === 'Agent Airlock: contains agents',
  );
const switchesOf = (template: StackTemplate): string =>
  JSON.stringify(functionOf(template)?.Properties.Environment.Variables.SWITCHES);
/** The topic of each alert of scout's budget. */
const alertsOf = (template: StackTemplate) =>
  ofType(template, 'AWS::Budgets::Budget')
    .filter(({ Properties }) => JSON.stringify(Properties.Budget.CostFilters).includes('/scout'))
    .flatMap(({ Properties }) => Properties.NotificationsWithSubscribers)
    .map(({ Notification, Subscribers }) => [Notification.Threshold, Subscribers[0].Address.Ref]);
const alarmActions = (template: StackTemplate) =>
  ofType(template, 'AWS::CloudWatch::Alarm')
    .filter(({ Properties }) => JSON.stringify(Properties.Dimensions ?? '').includes('scout'))
    .flatMap(({ Properties }) => Properties.AlarmActions)
    .map(({ Ref }) => Ref);

test('KILL-1 without a switch the stack has no function that contains', () => {
  const template = stackOf('notify', 'notify');
  expect(functionOf(template)).toBeUndefined();
  expect(template.Resources.ContainmentTopic).toBeUndefined();
  expect(alarmActions(template)).toHaveLength(1);
});

test('COST-1 atLimit: contain leads the alert at 100 percent, and no other, to the function', () => {
  const template = stackOf('contain', 'notify');
  const [half, whole] = alertsOf(template);
  expect(half?.[0]).toBe(50);
  expect(half?.[1]).not.toBe('ContainmentTopic');
  expect(whole).toEqual([100, 'ContainmentTopic']);
  const name = ofType(template, 'AWS::Budgets::Budget')
    .map(({ Properties }) => Properties.Budget.BudgetName)
    .find((each: string) => each.startsWith('airlock-scout-'));
  expect(JSON.parse(JSON.parse(switchesOf(template)))).toEqual({
    scout: { alarms: [], budgets: [name], signals: [] },
  });
  expect(alarmActions(template)).not.toContain('ContainmentTopic');
  expect(alertsOf(stackOf('contain', 'notify', [50, 100]))).toHaveLength(2);
});

test('another end of the budget gives the budget another name, because CloudFormation replaces it', () => {
  const names = (['contain', 'notify'] as const).map((atLimit) =>
    ofType(stackOf(atLimit, 'notify', [100]), 'AWS::Budgets::Budget').map(
      ({ Properties }) => Properties.Budget.BudgetName,
    ),
  );
  expect(names[0]?.filter((name) => names[1]?.includes(name))).toHaveLength(2);
});

test('KILL-1 onAlarm: contain leads the alarm to people and to the function', () => {
  const template = stackOf('notify', 'contain');
  expect(alarmActions(template)).toHaveLength(2);
  expect(alarmActions(template)).toContain('ContainmentTopic');
  expect(switchesOf(template)).toMatch(/scout.*alarms.*Ref.*scoutHealthAlarm/);
  expect(switchesOf(template)).not.toContain('mender');
});

test('the function of a Region without AWS::Budgets::Budget knows the budget of the provider', () => {
  expect(switchesOf(templateOf(pinned(airlockWith({ env: { region: 'eu-north-1' } }))))).toContain(
    'airlock.eu-north-1.scout',
  );
});

describe('KILL-1 the function', () => {
  const template = stackOf('contain', 'contain');
  const { Properties } = functionOf(template) as TemplateResource;

  test('tells people what it failed at, and nobody but its topic calls it', () => {
    const [alerts] = alarmActions(template).filter((topic) => topic !== 'ContainmentTopic');
    expect(Properties.DeadLetterConfig).toEqual({ TargetArn: { Ref: alerts } });
    const permissions = ofType(template, 'AWS::Lambda::Permission')
      .map((each) => each.Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes('Containment'));
    expect(permissions).toMatchObject([
      { Principal: 'sns.amazonaws.com', SourceArn: { Ref: 'ContainmentTopic' } },
    ]);
    expect(template.Resources.ContainmentTopic?.Properties.KmsMasterKeyId).toBeDefined();
  });

  test('may contain, and may neither release nor write a policy', () => {
    const role = Properties.Role['Fn::GetAtt'][0];
    const policies = ofType(template, 'AWS::IAM::ManagedPolicy').filter(({ Properties: { Roles = [] } }) =>
      JSON.stringify(Roles).includes(`"${role}"`),
    );
    expect(ofType(template, 'AWS::IAM::Policy')).toEqual([]);
    const actions = policies.flatMap(({ Properties: { PolicyDocument } }) =>
      PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    );
    expect([...new Set(actions)].sort()).toEqual([
      'cloudformation:ListStackResources',
      'ec2:CreateSnapshots',
      'ec2:CreateTags',
      'ec2:DescribeInstances',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSnapshots',
      'ec2:ModifyNetworkInterfaceAttribute',
      'ec2:StopInstances',
      'iam:AttachRolePolicy',
      'iam:GetInstanceProfile',
      'iam:ListAttachedRolePolicies',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sns:Publish',
      'ssm:DeleteParameter',
      'ssm:GetParametersByPath',
      'ssm:PutParameter',
    ]);
  });
});
