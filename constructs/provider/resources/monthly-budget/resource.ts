import { TAG_STACK } from '../../../names';
import type { CustomResource } from '../../function/custom-resource';
import { Refusal } from '../../function/refusal';
import { BudgetApi } from './budget-api';
import {
  type Alert,
  MONTHLY_BUDGET_TYPE,
  type MonthlyBudgetProperties,
  readMonthlyBudget,
  type Tag,
} from './properties';

/** COST-1 where CloudFormation has no `AWS::Budgets::Budget`: a monthly budget with its alerts. */
export const monthlyBudget: CustomResource<MonthlyBudgetProperties> = {
  type: MONTHLY_BUDGET_TYPE,
  read: readMonthlyBudget,
  physicalId: ({ Budget }) => Budget.BudgetName,
  async ensure({ properties, signal }, { budgets }) {
    const api = new BudgetApi(budgets(), properties, signal);
    if (!(await api.exists()) && (await api.create())) return { reason: 'the budget is made' };
    const tags = await api.tags();
    if (!isOwn(tags, properties)) throw new Refusal(foreign(properties));
    await api.update();
    await setTags(api, tags, properties.ResourceTags);
    await setAlerts(api, properties.NotificationsWithSubscribers);
    return { reason: 'the budget is as it should be' };
  },
  async remove({ properties, signal }, { budgets }) {
    const api = new BudgetApi(budgets(), properties, signal);
    if (!(await api.exists())) return { reason: 'there is no budget' };
    // After a refused creation there is nothing of ours to delete.
    if (!isOwn(await api.tags(), properties)) return { reason: 'the budget is not of this stack: kept' };
    await api.delete();
    return { reason: 'the budget is deleted' };
  },
};

/** The name holds stack and region; the tag says that the kit made it. */
function isOwn(tags: readonly Tag[], { ResourceTags }: MonthlyBudgetProperties): boolean {
  const own = ResourceTags.find(({ Key }) => Key === TAG_STACK)?.Value;
  return own !== undefined && tags.some(({ Key, Value }) => Key === TAG_STACK && Value === own);
}

function foreign({ Budget }: MonthlyBudgetProperties): string {
  return (
    `a budget "${Budget.BudgetName}" exists without this stack's tag ${TAG_STACK}: ` +
    'rename or delete it in AWS Budgets, then deploy again'
  );
}

async function setTags(api: BudgetApi, has: readonly Tag[], wanted: readonly Tag[]): Promise<void> {
  const missing = wanted.filter(
    ({ Key, Value }) => !has.some((tag) => tag.Key === Key && tag.Value === Value),
  );
  const dropped = has.filter(({ Key }) => !Key.startsWith('aws:') && !wanted.some((tag) => tag.Key === Key));
  if (missing.length > 0) await api.tag(missing);
  if (dropped.length > 0) await api.untag(dropped.map(({ Key }) => Key));
}

/** An alert with other subscribers is made anew: one at a time, either the last or one too many would be refused. */
async function setAlerts(api: BudgetApi, wanted: readonly Alert[]): Promise<void> {
  const has = (await api.alerts()).map((alert) => ({ alert, key: keyOf(alert) }));
  const keys = wanted.map(keyOf);
  for (const { alert, key } of has) if (!keys.includes(key)) await api.dropAlert(alert);
  const kept = has.map(({ key }) => key);
  for (const alert of wanted) if (!kept.includes(keyOf(alert))) await api.addAlert(alert);
}

function keyOf({ Notification: n, Subscribers }: Alert): string {
  const people = Subscribers.map(({ SubscriptionType, Address }) => `${SubscriptionType} ${Address}`).sort();
  return JSON.stringify([n.NotificationType, n.ComparisonOperator, n.Threshold, n.ThresholdType, people]);
}
