import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { HEALTH_METRIC, METRIC_NAMESPACE } from '../names';

export interface HealthAlarmProps {
  readonly stack: string;
  readonly agent: string;
  readonly topic: sns.ITopic;
}

/**
 * An alarm that goes off when a proxy box reports for three minutes that it isn't healthy, or reports nothing.
 *
 * **Resources**: alarm on warden's metric.
 *
 * **Security considerations**: LOG-1. The metric arrives through the same log agent as the audit lines, so silence
 * here also means that requests may not be reaching the log. The operator must look at the box when it goes off.
 */
export class HealthAlarm extends Construct {
  readonly alarm: cloudwatch.Alarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: HealthAlarmProps,
  ) {
    super(scope, id);
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `${props.stack}/${props.agent}: the proxy box isn't healthy; warden's log says why`,
      metric: this.metric(),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    this.alarm.addAlarmAction(new actions.SnsAction(props.topic));
    this.alarm.addOkAction(new actions.SnsAction(props.topic));
  }

  /** 1 while the proxy box is healthy, else 0. */
  metric(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: HEALTH_METRIC,
      dimensionsMap: { Stack: this.props.stack, Agent: this.props.agent },
      statistic: 'Minimum',
      period: Duration.minutes(1),
      ...options,
    });
  }
}
