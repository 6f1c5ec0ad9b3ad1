import { createHash } from 'node:crypto';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { TAG_CELL, TAG_STACK } from '../names';

export interface MonthlyBudgetProps {
  readonly monthlyUsd: number;
  /** Percent of the budget, of what has been spent; one to five of them. */
  readonly alertsAtPercent: readonly number[];
  readonly notify: readonly string[];
  readonly topic: sns.ITopic;
  /** Whose spend counts: one agent's, or the whole stack's. */
  readonly of: { readonly stack: string; readonly agent?: string };
}

/**
 * A monthly budget over the tags of one agent or of the whole stack.
 *
 * **Resources**: budget with one alert per percentage, to the topic and by mail. Actions that contain an agent will
 * hang on the topic.
 *
 * **Security considerations**: COST-1. AWS Budgets sees AWS spend alone, up to a day late, and only once the tags
 * are activated for cost allocation in the payer account (Cost Management user guide): it is a backstop.
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, props: MonthlyBudgetProps) {
    super(scope, id);
    const { stack, agent } = props.of;
    const filter = agent ? `user:${TAG_CELL}$${stack}/${agent}` : `user:${TAG_STACK}$${stack}`;
    const subscribers = [
      { subscriptionType: 'SNS', address: props.topic.topicArn },
      ...props.notify.slice(0, MAIL_SUBSCRIBERS).map((address) => ({ subscriptionType: 'EMAIL', address })),
    ];
    new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `${stack}-${agent ?? 'total'}-${digest(props)}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: props.monthlyUsd, unit: 'USD' },
        costFilters: { TagKeyValue: [filter] },
      },
      notificationsWithSubscribers: props.alertsAtPercent.map((threshold) => ({
        notification: {
          notificationType: 'ACTUAL',
          comparisonOperator: 'GREATER_THAN',
          threshold,
          thresholdType: 'PERCENTAGE',
        },
        subscribers,
      })),
    });
  }
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
