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
  /**
   * Topic that hears in place of the other one when all of the budget is spent; people still get mail.
   * @default nothing happens at 100 percent but what `alertsAtPercent` says
   */
  readonly limitTopic?: sns.ITopic;
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

  /** As AWS Budgets writes it in its messages. */
  readonly budgetName: string;

  constructor(scope: Construct, id: string, props: MonthlyBudgetProps) {
    super(scope, id);
    this.budgetName = nameOf(this, props);
    if (props.provider) this.byProvider(props, props.provider);
    else this.byCloudFormation(props);
  }

  private byCloudFormation(props: MonthlyBudgetProps): void {
    const { budget, alerts } = definitionOf(props);
    const made = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        ...budget,
        budgetName: this.budgetName,
        budgetLimit: { amount: props.monthlyUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: alerts,
    });
    made.addPropertyOverride('ResourceTags', Lazy.any({ produce: () => capitalised(tagsOf(this.tags)) }));
  }

  private byProvider(props: MonthlyBudgetProps, provider: Provider): void {
    const { stack } = props.of;
    const { budget, alerts } = definitionOf(props);
    const properties = {
      accountId: Stack.of(this).account,
      budget: {
        ...budget,
        budgetName: this.budgetName,
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

function nameOf(scope: Construct, props: MonthlyBudgetProps): string {
  const { stack, agent } = props.of;
  return props.provider
    ? [budgetPrefix(stack, Stack.of(scope).region), agent].filter(Boolean).join('.')
    : `${stack}-${agent ?? 'total'}-${digest(props)}`;
}

function definitionOf(props: MonthlyBudgetProps) {
  const { of, notify, topic, limitTopic } = props;
  const { stack, agent } = of;
  // AWS Budgets allows one topic for an alert, so the one at the limit has that of the containment.
  const subscribersAt = (percent: number) => [
    { subscriptionType: 'SNS', address: (percent === 100 && limitTopic ? limitTopic : topic).topicArn },
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
    alerts: percents(props).map((threshold) => ({
      notification: {
        notificationType: 'ACTUAL',
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: subscribersAt(threshold),
    })),
  };
}

/** With a topic for the limit, the limit always has an alert. */
function percents({ alertsAtPercent, limitTopic }: MonthlyBudgetProps): readonly number[] {
  return limitTopic ? [...new Set([...alertsAtPercent, 100])] : alertsAtPercent;
}

/** AWS Budgets allows ten mail subscribers and one topic for a notification (AWS Budgets API, Subscriber). */
const MAIL_SUBSCRIBERS = 10;

/**
 * A changed alert replaces the budget (CloudFormation, `AWS::Budgets::Budget`), and CloudFormation creates before it
 * deletes: under an unchanged name the new one would be refused as a duplicate, and the deployment with it.
 */
function digest({ alertsAtPercent, notify, limitTopic }: MonthlyBudgetProps): string {
  return createHash('sha256')
    .update(JSON.stringify([alertsAtPercent, notify, ...(limitTopic ? ['contain'] : [])]))
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
