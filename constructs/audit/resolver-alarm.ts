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
 * An alarm that goes off when a machine asks the VPC resolver. Every machine is configured to ask another one, so any
 * question is an attempt to find a way out.
 *
 * **Resources**: metric filter, alarm.
 *
 * **Security considerations**: NET-3. An answer served from the resolver's cache is not logged (Route 53 developer
 * guide, "Resolver query logging"); a block-all rule leaves nothing to cache. The operator must find out which machine
 * asked: the query log names its address.
 */
export class ResolverAlarm extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ResolverAlarmProps,
  ) {
    super(scope, id);
    const { namespace: metricNamespace, metricName } = this.metricQueries();
    new logs.MetricFilter(this, 'Queries', {
      logGroup: props.queryLog,
      filterPattern: logs.FilterPattern.exists('$.query_name'),
      metricNamespace,
      metricName,
    });
    new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `${props.stack}: a machine asked the VPC resolver, which no machine has reason to do`,
      metric: this.metricQueries(),
      threshold: 0,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new actions.SnsAction(props.topic));
  }

  /** Questions to the VPC resolver. */
  metricQueries(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: `${this.props.stack}/ResolverQueries`,
      statistic: 'Sum',
      period: Duration.minutes(1),
      ...options,
    });
  }
}
