import { list, record, text, unacceptable } from '../../function/properties';

export const MONTHLY_BUDGET_TYPE = 'Custom::AirlockMonthlyBudget';

/** Named as `AWS::Budgets::Budget` and the API name them, so that a reader and a guardrail know one shape. */
export interface MonthlyBudgetProperties {
  /** Twelve digits. */
  readonly AccountId: string;
  readonly Budget: Budget;
  readonly NotificationsWithSubscribers: readonly Alert[];
  readonly ResourceTags: readonly Tag[];
}

export interface Budget {
  readonly BudgetName: string;
  readonly BudgetType: 'COST';
  readonly TimeUnit: 'MONTHLY';
  readonly BudgetLimit: { readonly Amount: string; readonly Unit: 'USD' };
  readonly CostFilters: { readonly TagKeyValue: readonly string[] };
}

export interface Notification {
  readonly NotificationType: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly ThresholdType: string;
}

export interface Subscriber {
  readonly SubscriptionType: string;
  readonly Address: string;
}

export interface Alert {
  readonly Notification: Notification;
  readonly Subscribers: readonly Subscriber[];
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const AMOUNT = /^\d{1,9}(\.\d{1,2})?$/;
const ADDRESS = /^[\x21-\x7e]{1,300}$/;

/** @throws Refusal naming the property, when one is not what the construct would have passed */
export function readMonthlyBudget(from: unknown): MonthlyBudgetProperties {
  const properties = record(from);
  const budget = record(properties.Budget);
  const limit = record(budget.BudgetLimit);
  const alerts = list(properties, 'NotificationsWithSubscribers');
  if (alerts.length === 0) throw unacceptable('NotificationsWithSubscribers', 'a list of at least one alert');
  return {
    AccountId: text(properties, 'AccountId', /^\d{12}$/, 'a twelve-digit account id'),
    Budget: {
      BudgetName: text(
        budget,
        'BudgetName',
        /^[A-Za-z0-9.-]{1,100}$/,
        'a name of letters, digits, "." and "-"',
      ),
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: text(limit, 'Amount', AMOUNT, 'an amount of dollars'), Unit: 'USD' },
      CostFilters: { TagKeyValue: filters(record(budget.CostFilters)) },
    },
    NotificationsWithSubscribers: alerts.map(readAlert),
    ResourceTags: list(properties, 'ResourceTags').map((each) => {
      const tag = record(each);
      return {
        Key: text(tag, 'Key', /^.{1,128}$/, 'a tag key'),
        Value: text(tag, 'Value', /^.{0,256}$/, 'a tag value'),
      };
    }),
  };
}

function filters(from: Readonly<Record<string, unknown>>): string[] {
  const found = list(from, 'TagKeyValue');
  if (found.length !== 1) throw unacceptable('TagKeyValue', 'one tag');
  return [
    text({ TagKeyValue: found[0] }, 'TagKeyValue', /^user:[^$]{1,128}\$.{1,256}$/, '"user:<key>$<value>"'),
  ];
}

function readAlert(from: unknown): Alert {
  const alert = record(from);
  const notification = record(alert.Notification);
  const subscribers = list(alert, 'Subscribers');
  if (subscribers.length === 0) throw unacceptable('Subscribers', 'a list of at least one subscriber');
  return {
    Notification: {
      NotificationType: text(notification, 'NotificationType', /^ACTUAL$/, '"ACTUAL"'),
      ComparisonOperator: text(notification, 'ComparisonOperator', /^GREATER_THAN$/, '"GREATER_THAN"'),
      Threshold: Number(text(notification, 'Threshold', AMOUNT, 'a percentage')),
      ThresholdType: text(notification, 'ThresholdType', /^PERCENTAGE$/, '"PERCENTAGE"'),
    },
    Subscribers: subscribers.map((each) => {
      const subscriber = record(each);
      return {
        SubscriptionType: text(subscriber, 'SubscriptionType', /^(SNS|EMAIL)$/, '"SNS" or "EMAIL"'),
        Address: text(subscriber, 'Address', ADDRESS, 'an address'),
      };
    }),
  };
}
