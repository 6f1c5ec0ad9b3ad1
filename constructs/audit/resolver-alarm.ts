import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../names';

export interface ResolverAlarmProps {
  readonly queryLog: logs.ILogGroup;
  readonly topic: sns.ITopic;
  readonly stack: string;
}

/**
 * Rings when anything in the VPC asks the VPC resolver anything. Every machine is configured to ask elsewhere, so a
 * question is an agent trying the door that isn't there.
 *
 * **Resources**: metric filter, alarm.
 *
 * **Security considerations**: NET-3. An answer served from the resolver's cache is not logged (Route 53 developer
 * guide, "Resolver query logging"); a block-all rule leaves nothing to cache.
 */
export class ResolverAlarm extends Construct {
  constructor(scope: Construct, id: string, props: ResolverAlarmProps) {
    super(scope, id);
    const metricName = 'ResolverQueries';
    new logs.MetricFilter(this, 'Queries', {
      logGroup: props.queryLog,
      filterPattern: logs.FilterPattern.exists('$.query_name'),
      metricNamespace: METRIC_NAMESPACE,
      metricName: `${props.stack}/${metricName}`,
    });
    new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `${props.stack}: a machine asked the VPC resolver, which no machine has reason to do`,
      metric: new cloudwatch.Metric({
        namespace: METRIC_NAMESPACE,
        metricName: `${props.stack}/${metricName}`,
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 0,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new actions.SnsAction(props.topic));
  }
}
