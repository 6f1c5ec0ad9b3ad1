import { judge } from '../../lib/guardrails';
import { airlockWith } from '../support/arbitrary-airlock';
import { ofType, pinned, type TemplateResource, templateOf } from './synthesise';

const stackIn = (region: string | undefined) => {
  const airlock = airlockWith({ env: { region } });
  return templateOf(region === undefined ? airlock : pinned(airlock));
};

const MADE = 'Custom::AirlockMonthlyBudget';
const there = stackIn('eu-north-1');

test('DEP-1 where CloudFormation has no budget the provider makes them all', () => {
  expect(ofType(there, 'AWS::Budgets::Budget')).toEqual([]);
  expect(ofType(there, MADE).map(({ Properties }) => Properties.Budget.BudgetName)).toEqual([
    'airlock.eu-north-1',
    'airlock.eu-north-1.mender',
    'airlock.eu-north-1.scout',
  ]);
});

test.each([
  ['in us-east-1', 'us-east-1'],
  ['without a region', undefined],
])('%s CloudFormation makes them', (_, region) => {
  expect(ofType(stackIn(region), MADE)).toEqual([]);
  expect(ofType(stackIn(region), 'AWS::Budgets::Budget')).toHaveLength(3);
});

test('both have the same properties, but for name, account and tags', () => {
  const plain = (resource: TemplateResource | undefined) => {
    const { Budget, NotificationsWithSubscribers } = resource?.Properties ?? {};
    const { BudgetName: _, BudgetLimit, ...more } = Budget;
    const text = JSON.stringify({
      ...more,
      Amount: Number(BudgetLimit.Amount),
      NotificationsWithSubscribers,
    });
    return JSON.parse(text);
  };
  expect(ofType(there, MADE).map(plain)).toEqual(
    ofType(stackIn('us-east-1'), 'AWS::Budgets::Budget').map(plain),
  );
});

test('the provider tags them as the rest of the stack is tagged', () => {
  expect(ofType(there, MADE)[2]?.Properties.ResourceTags).toEqual([
    { Key: 'airlock:agent', Value: 'scout' },
    { Key: 'airlock:cell', Value: 'airlock/scout' },
    { Key: 'airlock:stack', Value: 'airlock' },
  ]);
});

test('the provider may touch the budgets of this stack in this region, and no other', () => {
  const statements = ofType(there, 'AWS::IAM::ManagedPolicy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    // The operator may look at budgets too.
    .filter(({ Action }) => /budgets:(?!ViewBudget")/.test(JSON.stringify(Action)));
  expect(statements).toHaveLength(1);
  const own = {
    'Fn::Join': ['', ['arn:aws:budgets::', { Ref: 'AWS::AccountId' }, ':budget/airlock.eu-north-1']],
  };
  expect(JSON.stringify(statements[0].Resource)).toBe(
    JSON.stringify([
      own,
      { 'Fn::Join': ['', ['arn:aws:budgets::', { Ref: 'AWS::AccountId' }, ':budget/airlock.eu-north-1.*']] },
    ]),
  );
});

describe('COST-1 judges a budget of the provider as it judges CloudFormation’s', () => {
  const broken = (edit: (resource: TemplateResource) => void) => {
    const draft = structuredClone(there);
    edit(ofType(draft, MADE)[2] as TemplateResource);
    return judge(draft).map(({ invariant }) => invariant);
  };

  test('a sound one passes', () => {
    expect(judge(there)).toEqual([]);
  });

  test.each<[string, (resource: TemplateResource) => void]>([
    ['without an alert', ({ Properties }) => (Properties.NotificationsWithSubscribers = [])],
    ['of nothing', ({ Properties }) => (Properties.Budget.BudgetLimit.Amount = '0')],
    ['of a year', ({ Properties }) => (Properties.Budget.TimeUnit = 'ANNUALLY')],
    [
      'of another agent',
      ({ Properties }) => (Properties.Budget.CostFilters.TagKeyValue = ['user:airlock:cell$x/y']),
    ],
    [
      'with an alert that nobody hears',
      ({ Properties }) => (Properties.NotificationsWithSubscribers[0].Subscribers = []),
    ],
  ])('one %s fails', (_, edit) => {
    expect(broken(edit)).toEqual(['COST-1']);
  });
});
