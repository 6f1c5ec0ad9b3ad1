import { createHash } from 'node:crypto';
import { Lazy, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { TAG_CELL, TAG_STACK } from '../names';
import type { Provider } from '../provider/provider';
import { budgetPrefix, monthlyBudgetPermission } from '../provider/resources/monthly-budget/permissions';

export interface MonthlyBudgetProps {
  readonly monthlyUsd: number;
  /** Percent of the budget, of what has been spent; one to five of them. */
  readonly alertsAtPercent: readonly number[];
  readonly notify: readonly string[];
  readonly topic: sns.ITopic;
  /** Whose spend counts: one agent's, or the whole stack's. */
  readonly of: { readonly stack: string; readonly agent?: string };
  /**
   * Makes the budget where CloudFormation has no type for it.
   * @default CloudFormation makes it
   */
  readonly provider?: Provider;
}

/**
 * A monthly budget over the tags of one agent or of the whole stack.
 *
 * **Resources**: budget with one alert per percentage, to the topic and by mail: CloudFormation's, or a custom resource
 * of the same properties.
 *
 * **Security considerations**: COST-1. AWS Budgets sees AWS spend alone, up to a day late, so it is a last resort. The
 * operator must activate the tags for cost allocation in the payer account (Cost Management user guide), or it counts
 * nothing, and set a limit at the model's vendor.
 */
export class MonthlyBudget extends Construct {
  /** The budget's tags: a custom resource can't get them in another way. */
  readonly tags = new TagManager(TagType.KEY_VALUE, 'Custom::AirlockMonthlyBudget');

  constructor(scope: Construct, id: string, props: MonthlyBudgetProps) {
    super(scope, id);
    if (props.provider) this.byProvider(props, props.provider);
    else this.byCloudFormation(props);
  }

  private byCloudFormation(props: MonthlyBudgetProps): void {
    const { stack, agent } = props.of;
    const { budget, alerts } = definitionOf(props);
    const made = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        ...budget,
        budgetName: `${stack}-${agent ?? 'total'}-${digest(props)}`,
        budgetLimit: { amount: props.monthlyUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: alerts,
    });
    made.addPropertyOverride('ResourceTags', Lazy.any({ produce: () => capitalised(tagsOf(this.tags)) }));
  }

  private byProvider(props: MonthlyBudgetProps, provider: Provider): void {
    const { stack, agent } = props.of;
    const { budget, alerts } = definitionOf(props);
    const name = [budgetPrefix(stack, Stack.of(this).region), agent].filter(Boolean).join('.');
    const properties = {
      accountId: Stack.of(this).account,
      budget: {
        ...budget,
        budgetName: name,
        budgetLimit: { amount: String(props.monthlyUsd), unit: 'USD' },
      },
      notificationsWithSubscribers: alerts,
    };
    provider.make(this, 'Budget', {
      type: 'Custom::AirlockMonthlyBudget',
      properties: {
        ...(capitalised(properties) as Record<string, unknown>),
        ResourceTags: Lazy.any({ produce: () => capitalised(tagsOf(this.tags)) }),
      },
      permissions: (scope) => [monthlyBudgetPermission({ ...scope, stack })],
    });
  }
}

function definitionOf({ of: { stack, agent }, alertsAtPercent, notify, topic }: MonthlyBudgetProps) {
  const subscribers = [
    { subscriptionType: 'SNS', address: topic.topicArn },
    ...notify.slice(0, MAIL_SUBSCRIBERS).map((address) => ({ subscriptionType: 'EMAIL', address })),
  ];
  return {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      costFilters: {
        TagKeyValue: [agent ? `user:${TAG_CELL}$${stack}/${agent}` : `user:${TAG_STACK}$${stack}`],
      },
    },
    alerts: alertsAtPercent.map((threshold) => ({
      notification: {
        notificationType: 'ACTUAL',
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers,
    })),
  };
}

/** AWS Budgets allows ten mail subscribers and one topic for a notification (AWS Budgets API, Subscriber). */
const MAIL_SUBSCRIBERS = 10;

/**
 * A changed alert replaces the budget (CloudFormation, `AWS::Budgets::Budget`), and CloudFormation creates before it
 * deletes: under an unchanged name the new one would be refused as a duplicate, and the deployment with it.
 */
function digest({ alertsAtPercent, notify }: MonthlyBudgetProps): string {
  return createHash('sha256')
    .update(JSON.stringify([alertsAtPercent, notify]))
    .digest('hex')
    .slice(0, 6);
}

function tagsOf(tags: TagManager): { key: string; value: string }[] {
  return Object.entries(tags.tagValues()).map(([key, value]) => ({ key, value }));
}

/** The keys as AWS writes them. */
function capitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalised);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      capitalised(each),
    ]),
  );
}
