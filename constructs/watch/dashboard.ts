import { Lazy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { auditLogGroup, HEALTH_METRIC, METRIC_NAMESPACE } from '../names';

export interface DashboardProps {
  readonly stack: string;
}

/** What the queries ask; CloudWatch Logs Insights bills what they read, and only while somebody looks. */
const QUERIES: readonly (readonly [title: string, query: string, view: 'table' | 'timeSeries'])[] = [
  [
    'Requests an hour',
    'filter record = "request" | stats count(*) as requests by bin(1h), decision',
    'timeSeries',
  ],
  [
    'Refusals, by rule and host',
    'filter decision = "refuse" or end = "refused" | stats count(*) as refusals by agent, rule, host | sort refusals desc | limit 20',
    'table',
  ],
  [
    'Signals',
    'filter record = "signal" | fields @timestamp, agent, signal, count, saw | sort @timestamp desc | limit 50',
    'table',
  ],
  [
    'Model spend: upper bounds and limits, in USD',
    'filter ispresent(spend.monthUsd) | stats latest(spend.dayUsd) as today, latest(spend.dailyUsd) as limitADay, latest(spend.monthUsd) as month, latest(spend.monthlyUsd) as limitAMonth by Agent | sort month desc',
    'table',
  ],
  [
    'Grants and events',
    'filter record in ["grant", "event", "chain"] | fields @timestamp, agent, record, event, rule, detail | sort @timestamp desc | limit 50',
    'table',
  ],
];

/**
 * One page of all agents of a stack in the CloudWatch console.
 *
 * **Resources**: dashboard.
 *
 * **Security considerations**: it holds no data. It shows what the agents chose, such as hosts, to whoever may read the
 * audit logs; the operator should give that right to few.
 */
export class Dashboard extends Construct {
  private readonly agents: string[] = [];

  constructor(scope: Construct, id: string, { stack }: DashboardProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    new cloudwatch.CfnDashboard(this, 'Page', {
      dashboardName: stack,
      dashboardBody: Lazy.string({
        produce: () => Stack.of(this).toJsonString({ start: '-P1D', widgets: this.widgets(stack, region) }),
      }),
    });
  }

  add(agent: string): void {
    this.agents.push(agent);
  }

  private widgets(stack: string, region: string): object[] {
    // CloudWatch Logs Insights reads at most 50 groups in one query.
    const sources = this.agents.map((agent) => `SOURCE '${auditLogGroup(stack, agent)}'`).join(' | ');
    const metrics = this.agents.map((agent) => [
      METRIC_NAMESPACE,
      HEALTH_METRIC,
      'Stack',
      stack,
      'Agent',
      agent,
    ]);
    const health = {
      region,
      title: 'Health: 1 is healthy',
      metrics,
      stat: 'Minimum',
      period: 300,
      view: 'timeSeries',
    };
    return [
      { type: 'metric', width: 24, height: 6, properties: health },
      ...QUERIES.map(([title, query, view]) => ({
        type: 'log',
        width: 12,
        height: 8,
        properties: { region, title, view, query: `${sources} | ${query}` },
      })),
    ];
  }
}
