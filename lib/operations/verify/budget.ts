import { TAG_CELL, TAG_STACK } from '../../../constructs/names';
import { fieldOf } from '../../json';
import type { Deployed } from './deployed';

export interface DeployedBudget {
  readonly name: string;
  readonly limitUsd: number;
  /** Who is told at which percentage. */
  readonly alerts: readonly string[];
}

/** The budget of an agent, or of the whole stack without one: CloudFormation's, or that of the provider function. */
export function budgetOf(
  { resources, stack }: Pick<Deployed, 'resources' | 'stack'>,
  agent: string,
): DeployedBudget | undefined {
  const tag = agent === '' ? `user:${TAG_STACK}$${stack}` : `user:${TAG_CELL}$${stack}/${agent}`;
  for (const { type, get } of resources) {
    const budget = /Budget$/.test(type) ? get('Budget') : undefined;
    if (JSON.stringify(fieldOf(budget, 'CostFilters'))?.includes(`"${tag}"`)) {
      const alerts = get('NotificationsWithSubscribers');
      return {
        name: String(fieldOf(budget, 'BudgetName')),
        limitUsd: Number(fieldOf(budget, 'BudgetLimit', 'Amount')),
        alerts: Array.isArray(alerts) ? alerts.flatMap(alertTexts) : [],
      };
    }
  }
  return undefined;
}

/** One text for each subscriber: the same for what AWS Budgets describes and for what a template says. */
export function alertTexts(alert: unknown): string[] {
  const of = (name: string) => fieldOf(alert, 'Notification', name);
  const when = `${of('NotificationType')} ${of('ComparisonOperator')} ${of('Threshold')} ${of('ThresholdType')}`;
  const subscribers = fieldOf(alert, 'Subscribers');
  return (Array.isArray(subscribers) ? subscribers : []).map(
    (each) => `${when} to ${fieldOf(each, 'SubscriptionType')} ${fieldOf(each, 'Address')}`,
  );
}
