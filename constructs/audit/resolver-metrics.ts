import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, QUERY_PATTERN } from '../names';

export interface ResolverMetricsProps {
  readonly queryLog: logs.ILogGroup;
  readonly stack: string;
}

/**
 * Counts the questions to the VPC resolver. Every machine is configured to ask another one, so any question is an attempt to
 * find a way out; the signal `resolver-query` tells people of each.
 *
 * **Resources**: none, until somebody asks for the metric; then one metric filter.
 *
 * **Security considerations**: NET-3. An answer served from the resolver's cache is not logged (Route 53 developer
 * guide, "Resolver query logging"); a block-all rule leaves nothing to cache. The operator must find out which machine
 * asked: the query log names its address.
 */
export class ResolverMetrics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ResolverMetricsProps,
  ) {
    super(scope, id);
  }

  /** Questions to the VPC resolver. */
  queries(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const { queryLog, stack } = this.props;
    const named = { metricName: `${stack}/ResolverQueries` };
    if (!this.node.tryFindChild('Queries')) {
      new logs.MetricFilter(this, 'Queries', {
        logGroup: queryLog,
        filterPattern: logs.FilterPattern.literal(QUERY_PATTERN),
        metricNamespace: METRIC_NAMESPACE,
        ...named,
      });
    }
    const namespace = METRIC_NAMESPACE;
    return new cloudwatch.Metric({
      namespace,
      ...named,
      statistic: 'Sum',
      period: Duration.minutes(1),
      ...options,
    });
  }
}
