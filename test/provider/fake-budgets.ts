import type { JsonCall, JsonClient } from '../../constructs/provider/function/json-service';
import type {
  Alert,
  Notification,
  Subscriber,
  Tag,
} from '../../constructs/provider/resources/monthly-budget/properties';
import { awsError } from '../support/aws';

interface Stored {
  budget: Record<string, unknown>;
  alerts: Alert[];
  tags: Tag[];
}

// biome-ignore lint/suspicious/noExplicitAny: the inputs of a dozen operations
type Input = any;

/** AWS Budgets as far as its API reference says what a call does: names are unique, pages are short. */
export class FakeBudgets implements JsonClient {
  readonly stored = new Map<string, Stored>();
  readonly calls: JsonCall[] = [];
  fault: (operation: string) => Error | undefined = () => undefined;
  /** What another delivery of the event does between two calls. */
  meanwhile: (operation: string) => void = () => undefined;

  async send(call: JsonCall): Promise<unknown> {
    this.calls.push(call);
    const fault = this.fault(call.operation);
    if (fault) throw fault;
    this.meanwhile(call.operation);
    const does = this.operations[call.operation];
    if (!does) throw awsError('UnknownOperationException');
    // What JSON doesn't carry never arrives.
    return does(JSON.parse(JSON.stringify(call.input)));
  }

  get operationsCalled(): string[] {
    return this.calls.map(({ operation }) => operation);
  }

  private readonly operations: Readonly<Record<string, (input: Input) => unknown>> = {
    DescribeBudget: ({ BudgetName }) => ({ Budget: this.of(BudgetName).budget }),
    CreateBudget: ({ Budget, NotificationsWithSubscribers, ResourceTags }) => {
      if (this.stored.has(Budget.BudgetName)) throw awsError('DuplicateRecordException');
      for (const alert of NotificationsWithSubscribers) checkSubscribers(alert.Subscribers);
      const alerts = NotificationsWithSubscribers;
      this.stored.set(Budget.BudgetName, { budget: Budget, alerts, tags: ResourceTags ?? [] });
      return {};
    },
    UpdateBudget: ({ NewBudget }) => {
      this.of(NewBudget.BudgetName).budget = NewBudget;
      return {};
    },
    DeleteBudget: ({ BudgetName }) => {
      this.of(BudgetName);
      this.stored.delete(BudgetName);
      return {};
    },
    DescribeNotificationsForBudget: ({ BudgetName, NextToken }) =>
      page(
        'Notifications',
        this.of(BudgetName).alerts.map(({ Notification }) => ({ ...Notification, NotificationState: 'OK' })),
        NextToken,
      ),
    DescribeSubscribersForNotification: ({ BudgetName, Notification, NextToken }) =>
      page('Subscribers', this.alert(BudgetName, Notification).Subscribers, NextToken),
    CreateNotification: ({ BudgetName, Notification, Subscribers }) => {
      const { alerts } = this.of(BudgetName);
      if (alerts.some((alert) => same(alert.Notification, Notification)))
        throw awsError('DuplicateRecordException');
      if (alerts.length >= 10) throw awsError('CreationLimitExceededException');
      checkSubscribers(Subscribers);
      alerts.push({ Notification, Subscribers });
      return {};
    },
    DeleteNotification: ({ BudgetName, Notification }) => {
      const gone = this.alert(BudgetName, Notification);
      const stored = this.of(BudgetName);
      stored.alerts = stored.alerts.filter((alert) => alert !== gone);
      return {};
    },
    ListTagsForResource: ({ ResourceARN }) => ({ ResourceTags: this.byArn(ResourceARN).tags }),
    TagResource: ({ ResourceARN, ResourceTags }) => {
      const stored = this.byArn(ResourceARN);
      const keys = ResourceTags.map(({ Key }: Tag) => Key);
      stored.tags = [...stored.tags.filter(({ Key }) => !keys.includes(Key)), ...ResourceTags];
      return {};
    },
    UntagResource: ({ ResourceARN, ResourceTagKeys }) => {
      const stored = this.byArn(ResourceARN);
      stored.tags = stored.tags.filter(({ Key }) => !ResourceTagKeys.includes(Key));
      return {};
    },
  };

  private of(name: string): Stored {
    const found = this.stored.get(name);
    if (!found) throw awsError('NotFoundException');
    return found;
  }

  private byArn(arn: string): Stored {
    return this.of(/^arn:aws:budgets::\d{12}:budget\/(.+)$/.exec(arn)?.[1] ?? '');
  }

  private alert(name: string, notification: Notification): Alert {
    const found = this.of(name).alerts.find((alert) => same(alert.Notification, notification));
    if (!found) throw awsError('NotFoundException');
    return found;
  }
}

function same(a: Notification, b: Notification): boolean {
  if (typeof b.Threshold !== 'number') throw awsError('SerializationException');
  return (['NotificationType', 'ComparisonOperator', 'Threshold', 'ThresholdType'] as const).every(
    (key) => a[key] === b[key],
  );
}

function checkSubscribers(subscribers: readonly Subscriber[]): void {
  const mails = subscribers.filter(({ SubscriptionType }) => SubscriptionType === 'EMAIL').length;
  if (subscribers.length === 0 || mails > 10 || subscribers.length - mails > 1) {
    throw awsError('InvalidParameterException');
  }
}

function page(field: string, all: readonly unknown[], token: string | undefined): unknown {
  const first = Number(token ?? 0);
  const next = first + 2;
  return { [field]: all.slice(first, next), ...(next < all.length ? { NextToken: String(next) } : {}) };
}
