import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface RecordProps {
  /** One of the numbers of days that CloudWatch Logs takes. @default 365 */
  readonly retentionDays?: number;
  /**
   * ARN of a CloudWatch Logs destination in the same region, usually of a log archive account.
   * @default the records are not sent on
   */
  readonly forwardTo?: string;
}

export interface EncryptedLogGroupProps extends RecordProps {
  readonly logGroupName: string;
  readonly key: kms.IKey;
}

/**
 * A log group with a key that CloudWatch Logs may use for this group alone. It outlives the stack.
 *
 * **Resources**: log group; a statement in the key's policy; a subscription where the records are sent on.
 *
 * **Security considerations**: VOL-1, LOG-1. Anybody in the account with `logs:DeleteLogGroup` can still delete it: the
 * operator must restrict that, or send the records on to another account.
 */
export class EncryptedLogGroup extends Construct {
  readonly logGroup: logs.LogGroup;
  readonly key: kms.IKey;

  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps) {
    super(scope, id);
    this.key = props.key;
    const stack = Stack.of(this);
    // Not the group's own attribute: key and group would depend on each other.
    const arn = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: props.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const statement = new iam.PolicyStatement({
      sid: `Logs${sidOf(props.logGroupName)}`,
      principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': arn } },
    });
    props.key.addToResourcePolicy(statement);

    this.logGroup = new logs.LogGroup(this, 'Group', {
      logGroupName: props.logGroupName,
      encryptionKey: props.key,
      retention: props.retentionDays ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (props.forwardTo !== undefined) {
      // No role: the destination's own policy decides who may write to it.
      new logs.CfnSubscriptionFilter(this, 'Subscription', {
        logGroupName: this.logGroup.logGroupName,
        destinationArn: props.forwardTo,
        filterPattern: '',
      });
    }
  }
}

function sidOf(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]/g, '');
}
