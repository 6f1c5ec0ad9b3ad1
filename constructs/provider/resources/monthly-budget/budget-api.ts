import { JsonCall, type JsonClient } from '../../function/json-service';
import { record } from '../../function/properties';
import { nameOf, refusalOf } from '../../function/refusal';
import type { Alert, MonthlyBudgetProperties, Notification, Subscriber, Tag } from './properties';

/** More pages than any budget has. */
const MOST_PAGES = 20;

/** One budget of one account, through the API of AWS Budgets. */
export class BudgetApi {
  private readonly of: { readonly AccountId: string; readonly BudgetName: string };
  private readonly arn: string;

  constructor(
    private readonly client: JsonClient,
    private readonly properties: MonthlyBudgetProperties,
    private readonly signal: AbortSignal,
  ) {
    const { AccountId, Budget } = properties;
    this.of = { AccountId, BudgetName: Budget.BudgetName };
    this.arn = `arn:aws:budgets::${AccountId}:budget/${Budget.BudgetName}`;
  }

  async exists(): Promise<boolean> {
    return (await this.call('DescribeBudget', this.of, 'NotFoundException')) !== undefined;
  }

  /** @returns false when another delivery of the same event was faster */
  async create(): Promise<boolean> {
    const made = await this.call('CreateBudget', { ...this.properties }, 'DuplicateRecordException');
    return made !== undefined;
  }

  async update(): Promise<void> {
    await this.call('UpdateBudget', { AccountId: this.of.AccountId, NewBudget: this.properties.Budget });
  }

  async delete(): Promise<void> {
    await this.call('DeleteBudget', this.of, 'NotFoundException');
  }

  async tags(): Promise<Tag[]> {
    const { ResourceTags = [] } = record(await this.call('ListTagsForResource', { ResourceARN: this.arn }));
    return ResourceTags as Tag[];
  }

  async tag(ResourceTags: readonly Tag[]): Promise<void> {
    await this.call('TagResource', { ResourceARN: this.arn, ResourceTags });
  }

  async untag(ResourceTagKeys: readonly string[]): Promise<void> {
    await this.call('UntagResource', { ResourceARN: this.arn, ResourceTagKeys });
  }

  async alerts(): Promise<Alert[]> {
    const notifications = await this.list<Notification>(
      'DescribeNotificationsForBudget',
      this.of,
      'Notifications',
    );
    const found: Alert[] = [];
    for (const notification of notifications) {
      const Notification = named(notification);
      const of = { ...this.of, Notification };
      const Subscribers = await this.list<Subscriber>(
        'DescribeSubscribersForNotification',
        of,
        'Subscribers',
      );
      found.push({ Notification, Subscribers });
    }
    return found;
  }

  async addAlert(alert: Alert): Promise<void> {
    await this.call('CreateNotification', { ...this.of, ...alert }, 'DuplicateRecordException');
  }

  async dropAlert({ Notification }: Alert): Promise<void> {
    await this.call('DeleteNotification', { ...this.of, Notification }, 'NotFoundException');
  }

  private async list<T>(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    field: string,
  ): Promise<T[]> {
    const all: T[] = [];
    let NextToken: unknown;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      // A notification that is gone meanwhile has no subscribers.
      const answer = record(await this.call(operation, { ...input, NextToken }, 'NotFoundException'));
      all.push(...((answer[field] ?? []) as T[]));
      NextToken = answer.NextToken;
      if (!NextToken) break;
    }
    return all;
  }

  /** @param known an error that is an answer: then it returns nothing */
  private async call(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    known?: string,
  ): Promise<unknown> {
    try {
      return (await this.client.send(new JsonCall(operation, input), { abortSignal: this.signal })) ?? {};
    } catch (error) {
      if (nameOf(error) === known) return undefined;
      throw refusalOf(`budgets:${operation}`, this.of.BudgetName, error);
    }
  }
}

/** AWS adds the notification's state, which is no part of its name. */
function named({
  NotificationType,
  ComparisonOperator,
  Threshold,
  ThresholdType,
}: Notification): Notification {
  return { NotificationType, ComparisonOperator, Threshold, ThresholdType };
}
