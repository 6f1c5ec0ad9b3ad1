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

/** The gate writes one record a request, with its decision; iron-proxy's own lines are texts within lines. */
const DECISION = '$.decision';

/**
 * Counts an agent's requests in its audit log.
 *
 * **Resources**: none, until somebody asks for a metric; then one metric filter for each.
 *
 * **Security considerations**: LOG-2. The metrics come from the gate's records, which no byte of the agent's can forge, up to a
 * minute late. The operator must alarm on refusals: many of them mean an agent that tries what it may not do, or a rule that is
 * missing.
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
    return this.metric('Requests', logs.FilterPattern.exists(DECISION), options);
  }

  refusals(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Refusals', logs.FilterPattern.stringValue(DECISION, '=', 'refuse'), options);
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
