import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../names';

export interface RequestMetricsProps {
  readonly stack: string;
  readonly agent: string;
  readonly auditLog: logs.ILogGroup;
}

/** iron-proxy writes one line a request, and `audit.action` is `allow`, `reject` or `error`. */
const ACTION = '$.audit.action';

/**
 * Counts an agent's requests in its audit log.
 *
 * **Resources**: none, until somebody asks for a metric; then one metric filter for each.
 *
 * **Security considerations**: LOG-1. The metrics come from the audit log, up to a minute late. The operator must alarm on
 * refusals: many of them mean an agent that tries what it may not do, or a rule that is missing.
 */
export class RequestMetrics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RequestMetricsProps,
  ) {
    super(scope, id);
  }

  requests(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Requests', logs.FilterPattern.exists(ACTION), options);
  }

  refusals(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Refusals', logs.FilterPattern.stringValue(ACTION, '=', 'reject'), options);
  }

  private metric(
    name: string,
    filterPattern: logs.IFilterPattern,
    options?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    const { stack, agent, auditLog } = this.props;
    const metricName = `${stack}/${agent}/${name}`;
    if (!this.node.tryFindChild(name)) {
      new logs.MetricFilter(this, name, {
        logGroup: auditLog,
        filterPattern,
        metricNamespace: METRIC_NAMESPACE,
        metricName,
      });
    }
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      statistic: 'Sum',
      period: Duration.minutes(1),
      ...options,
    });
  }
}
