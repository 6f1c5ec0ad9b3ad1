import { awsError } from '../support/aws';
import { eventsOf, failed, useFakeAccount } from './fake-account';

const aws = useFakeAccount();

const NAME = 'airlock.eu-north-1.scout';
const TOPIC = 'arn:aws:sns:eu-north-1:111122223333:alerts';
const KIT = { Key: 'airlock:stack', Value: 'airlock' };
const B = 'b@example.com';

/** As CloudFormation passes them: every number is text. */
const alert = (threshold: string, ...mails: string[]) => ({
  Notification: {
    NotificationType: 'ACTUAL',
    ComparisonOperator: 'GREATER_THAN',
    Threshold: threshold,
    ThresholdType: 'PERCENTAGE',
  },
  Subscribers: [
    { SubscriptionType: 'SNS', Address: TOPIC },
    ...mails.map((Address) => ({ SubscriptionType: 'EMAIL', Address })),
  ],
});
const budget = (changes: object = {}) => ({
  AccountId: '111122223333',
  Budget: {
    BudgetName: NAME,
    BudgetType: 'COST',
    TimeUnit: 'MONTHLY',
    BudgetLimit: { Amount: '100', Unit: 'USD' },
    CostFilters: { TagKeyValue: ['user:airlock:cell$airlock/scout'] },
  },
  NotificationsWithSubscribers: [alert('50', 'a@example.com'), alert('100', 'a@example.com')],
  ResourceTags: [KIT, { Key: 'cost-center', Value: '1234' }],
  ...changes,
});
const run = eventsOf(aws, 'Custom::AirlockMonthlyBudget', NAME, budget());
const stored = () => aws.budgets.stored.get(NAME);
const thresholds = () =>
  stored()
    ?.alerts.map(({ Notification }) => Notification.Threshold)
    .sort();

test('COST-1 Create makes the budget with its alerts and tags', async () => {
  expect(await run('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: NAME });
  expect(stored()).toMatchObject({
    budget: { BudgetName: NAME, BudgetLimit: { Amount: '100', Unit: 'USD' }, TimeUnit: 'MONTHLY' },
    tags: budget().ResourceTags,
  });
  expect(thresholds()).toEqual([100, 50]);
  expect(aws.budgets.operationsCalled).toEqual(['DescribeBudget', 'CreateBudget']);
});

test('the same event twice makes one budget and no second alert', async () => {
  await run('Create');
  const before = JSON.stringify(stored());
  expect((await run('Create')).Status).toBe('SUCCESS');
  expect(JSON.stringify(stored())).toBe(before);
  const changes = aws.budgets.operationsCalled.filter((name) => /^(Create|Delete)/.test(name));
  expect(changes).toEqual(['CreateBudget']);
});

test('two deliveries of one event at once make one budget', async () => {
  aws.budgets.meanwhile = (operation) => {
    if (operation !== 'CreateBudget' || stored()) return;
    const { Budget, ResourceTags } = budget();
    aws.budgets.stored.set(NAME, { budget: Budget, alerts: [], tags: ResourceTags });
  };
  expect((await run('Create')).Status).toBe('SUCCESS');
  expect(thresholds()).toEqual([100, 50]);
});

test('Update changes amount, alerts, subscribers and tags, and leaves the rest', async () => {
  await run('Create');
  const told = await run(
    'Update',
    budget({
      Budget: { ...budget().Budget, BudgetLimit: { Amount: '250.50', Unit: 'USD' } },
      NotificationsWithSubscribers: [alert('80', B), alert('100', B, 'a@example.com')],
      ResourceTags: [KIT, { Key: 'owner', Value: 'devrel' }],
    }),
  );
  expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: NAME });
  expect(stored()?.budget.BudgetLimit).toEqual({ Amount: '250.50', Unit: 'USD' });
  expect(thresholds()).toEqual([100, 80]);
  const hundred = stored()?.alerts.find(({ Notification }) => Notification.Threshold === 100);
  expect(hundred?.Subscribers.map(({ Address }) => Address)).toEqual([TOPIC, B, 'a@example.com']);
  expect(stored()?.tags).toEqual([KIT, { Key: 'owner', Value: 'devrel' }]);
});

test('an alert with eleven subscribers can change every one of them', async () => {
  const ten = (domain: string) => Array.from({ length: 10 }, (_, index) => `p${index}@${domain}.example.com`);
  await run('Create', budget({ NotificationsWithSubscribers: [alert('100', ...ten('a'))] }));
  const told = await run('Update', budget({ NotificationsWithSubscribers: [alert('100', ...ten('b'))] }));
  expect(told.Status).toBe('SUCCESS');
  const [{ Subscribers = [] } = {}] = stored()?.alerts ?? [];
  expect(Subscribers.slice(1).map(({ Address }) => Address)).toEqual(ten('b'));
});

test('Update makes a budget anew that somebody deleted', async () => {
  expect((await run('Update')).Status).toBe('SUCCESS');
  expect(thresholds()).toEqual([100, 50]);
});

test('somebody else’s budget of that name is neither changed nor deleted', async () => {
  const tags = [{ ...KIT, Value: 'other' }];
  const theirs = { budget: { BudgetName: NAME }, alerts: [], tags };
  aws.budgets.stored.set(NAME, theirs);
  expect(await run('Create')).toMatchObject(
    failed(`a budget "${NAME}" exists without this stack's tag airlock:stack`),
  );
  // CloudFormation deletes what failed to be created.
  expect((await run('Delete')).Status).toBe('SUCCESS');
  expect(stored()).toBe(theirs);
  expect(theirs).toEqual({ budget: { BudgetName: NAME }, alerts: [], tags: [{ ...KIT, Value: 'other' }] });
});

test('Delete takes the budget away, once and again', async () => {
  await run('Create');
  expect((await run('Delete')).Status).toBe('SUCCESS');
  expect(stored()).toBeUndefined();
  expect((await run('Delete')).Status).toBe('SUCCESS');
});

test.each(['DescribeBudget', 'CreateBudget'])('a denied %s fails by its name', async (denied) => {
  aws.budgets.fault = (operation) => (operation === denied ? awsError('AccessDeniedException') : undefined);
  expect(await run('Create')).toMatchObject(
    failed(`budgets:${denied} of "${NAME}" failed with AccessDeniedException`),
  );
});

test.each<[object, RegExp]>([
  [{ AccountId: 'x' }, /property AccountId/],
  [{ Budget: { ...budget().Budget, BudgetName: 'a:b' } }, /property BudgetName/],
  [{ Budget: { ...budget().Budget, BudgetLimit: { Amount: '-1' } } }, /property Amount/],
  [{ Budget: { ...budget().Budget, CostFilters: {} } }, /property TagKeyValue/],
  [{ NotificationsWithSubscribers: [] }, /property NotificationsWithSubscribers/],
  [{ NotificationsWithSubscribers: [{ ...alert('50'), Subscribers: [] }] }, /property Subscribers/],
  [{ NotificationsWithSubscribers: [alert('many')] }, /property Threshold/],
  [{ ResourceTags: undefined }, /property ResourceTags/],
])('wrong properties are refused: %j', async (changes, reason) => {
  expect((await run('Create', budget(changes))).Reason).toMatch(reason);
  expect(aws.budgets.calls).toEqual([]);
});
