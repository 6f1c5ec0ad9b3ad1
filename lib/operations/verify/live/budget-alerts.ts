import type { Aws } from '../../aws';
import { alertTexts } from '../budget';

/** Who is told of a budget at which percentage; one budget's calls follow each other, because AWS Budgets takes few a second. */
export async function budgetAlertsOf(aws: Aws, AccountId: string, BudgetName: string): Promise<string[]> {
  const budget = { AccountId, BudgetName };
  const how = { action: 'budgets:ViewBudget' };
  const alerts = await aws.jsonList<object>(
    'budgets:DescribeNotificationsForBudget',
    budget,
    'Notifications',
    how,
  );
  const texts: string[] = [];
  for (const Notification of alerts) {
    const Subscribers = await aws.jsonList<object>(
      'budgets:DescribeSubscribersForNotification',
      { ...budget, Notification },
      'Subscribers',
      how,
    );
    texts.push(...alertTexts({ Notification, Subscribers }));
  }
  return texts;
}
