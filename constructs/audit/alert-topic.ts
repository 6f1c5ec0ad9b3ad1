import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlertTopicProps {
  readonly key: kms.IKey;
  /** Mail addresses; each confirms its subscription once. */
  readonly notify: readonly string[];
}

/**
 * Sends the messages of alarms and budgets to people.
 *
 * **Resources**: encrypted topic, its policy, one subscription per mail address.
 *
 * **Security considerations**: VOL-1. Only this account's alarms and budgets may publish, over TLS. The operator must
 * have each subscription confirmed: an address that isn't hears nothing.
 */
export class AlertTopic extends Construct {
  readonly topic: sns.Topic;

  /** @internal */
  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const account = Stack.of(this).account;
    this.topic = new sns.Topic(this, 'Topic', { masterKey: props.key, enforceSSL: true });
    for (const address of props.notify) {
      this.topic.addSubscription(new subscriptions.EmailSubscription(address));
    }

    const publishers = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
      (service) => new iam.ServicePrincipal(service),
    );
    const conditions = { StringEquals: { 'aws:SourceAccount': account } };
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Publish',
        principals: publishers,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
    props.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alerts',
        principals: publishers,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions,
      }),
    );
  }
}
