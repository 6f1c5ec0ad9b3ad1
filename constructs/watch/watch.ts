import { ArnFormat, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EncryptedLogGroup } from '../audit/encrypted-log-group';
import { acceptFunction } from '../function-exceptions';
import { QUERY_PATTERN, SIGNAL_PATTERN } from '../names';
import { builtAsset } from '../package-assets';
import { acknowledgeWildcards, toStatement } from '../to-statement';
import { eventPattern } from './event-patterns';
import { watchPermissions } from './permissions';

export interface WatchProps {
  readonly stack: string;
  /** Encrypts the function's log, and the topics. */
  readonly key: kms.IKey;
  /** Tells people. */
  readonly alerts: sns.ITopic;
  /** The vault whose backups may fail. */
  readonly vaultArn: string;
  /** Minutes between two looks at machines and flow logs. */
  readonly lookMinutes: number;
  /** From which proxy boxes without a public address of their own call AWS. @default no NAT gateway */
  readonly natAddress?: string;
  /** Whether it sends a review each week. */
  readonly review: boolean;
  /** @default 365 */
  readonly retentionDays?: number;
}

/** One agent, as the function knows it. */
export interface WatchedAgent {
  readonly name: string;
  /** Its modes, one letter a signal. */
  readonly modes: string;
  readonly limits: Readonly<Record<string, number>>;
  /** The topic that contains it, where a mode says so. */
  readonly containment?: sns.ITopic;
}

/**
 * Tells people of signals, for all agents of a stack, and sends them a review each week.
 *
 * **Resources**: function with role, policy and log group; two permissions to call it; an EventBridge rule; one
 * subscription filter for flow logs, one for resolver queries and one for each audit log.
 *
 * **Security considerations**: LOG-1. It may look at machines and publish to two topics. Where it sends reviews, it may read
 * audit logs and policies too, which hold no secret. It contains nobody: another function does. What it fails at goes to the
 * topic that tells people.
 * - A log group takes two subscription filters. This is one, `audit.forwardTo` the other: the operator must add none.
 * - Reads of secrets are seen only with a CloudTrail trail of management events, reads included: the operator must keep one.
 */
export class Watch extends Construct {
  private readonly agents: WatchedAgent[] = [];
  private readonly auditLogArns: string[] = [];
  private readonly handler: lambda.Function;
  private readonly delivery: lambda.CfnPermission;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { stack: name, key, alerts, retentionDays, vaultArn, lookMinutes, natAddress, review } = props;
    const stack = Stack.of(this);
    const log = new EncryptedLogGroup(this, 'Log', { logGroupName: `/${name}/watch`, key, retentionDays });
    log.logGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: 'Tells people of signals',
    });
    const permissions = watchPermissions({
      region: stack.region,
      logArn: log.logGroup.logGroupArn,
      topicArns: Lazy.list({ produce: () => [alerts.topicArn, ...this.containment()] }),
      keyArn: key.keyArn,
      review: review
        ? {
            auditLogArns: Lazy.list({ produce: () => this.auditLogArns }),
            policyArns: Lazy.list({
              produce: () =>
                this.agents.map((agent) =>
                  stack.formatArn({
                    service: 'ssm',
                    resource: 'parameter',
                    resourceName: `${name}/${agent.name}/policy`,
                  }),
                ),
            }),
          }
        : undefined,
    });
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: permissions.map(toStatement),
    });
    this.handler = new lambda.Function(this, 'Function', {
      description: 'Agent Airlock: tells people of signals',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(builtAsset('watch')),
      role: role.withoutPolicyUpdates(),
      // The review of many busy agents waits for queries.
      timeout: Duration.minutes(10),
      memorySize: 256,
      logGroup: log.logGroup,
      deadLetterTopic: alerts,
      environment: {
        STACK: name,
        ALERTS: alerts.topicArn,
        ...(review && { REVIEW: 'weekly' }),
        ...(natAddress !== undefined && { NAT_ADDRESS: natAddress }),
        CONTAINMENT: Lazy.string({ produce: () => this.containment()[0] ?? '' }),
        MODES: this.lazyTable(({ modes }) => modes),
        LIMITS: this.lazyTable(({ limits }) => (Object.keys(limits).length > 0 ? limits : undefined)),
      },
    });
    this.handler.node.addDependency(policy);
    acknowledgeWildcards(policy, permissions);
    acceptFunction(
      this,
      this.handler,
      'names of agents, modes and limits',
      'a limit would make signals wait for each other',
    );

    this.delivery = this.permission('Logs', 'logs', 'log-group', `/${name}/*`);
    this.permission('Events', 'events', 'rule', `${stack.stackName}-*`);
    const targets = [{ id: 'Watch', arn: this.handler.functionArn }];
    new events.CfnRule(this, 'Changes', {
      eventPattern: eventPattern(name, vaultArn),
      // With `ENABLED` EventBridge leaves out calls that only read (CloudTrail, `Get*`).
      state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      // One rule may have both (EventBridge API, PutRule). At full minutes of the clock, so that each hour has exactly one first look.
      scheduleExpression: `cron(0/${lookMinutes} * * * ? *)`,
      targets,
    });
  }

  /** Takes the signals of an agent. @param scope of the agent, so that the filter counts as its own */
  agent(scope: Construct, agent: WatchedAgent, auditLog: logs.ILogGroup): void {
    this.agents.push(agent);
    this.auditLogArns.push(auditLog.logGroupArn);
    this.subscribe(scope, 'Signals', auditLog, SIGNAL_PATTERN);
  }

  /** Takes the flows that were refused and come from the VPC. @param cidr of the VPC, /16 to /24 */
  flows(flowLog: logs.ILogGroup, cidr: string): void {
    const [first, second] = cidr.split('.');
    this.subscribe(
      this,
      'Flows',
      flowLog,
      `[version, account, interface, source = "${first}.${second}.*", target, from, to, protocol, packets, bytes, start, end, action = "REJECT", status]`,
    );
  }

  /** Takes every question to the VPC resolver. */
  queries(queryLog: logs.ILogGroup): void {
    this.subscribe(this, 'Queries', queryLog, QUERY_PATTERN);
  }

  private subscribe(scope: Construct, id: string, group: logs.ILogGroup, filterPattern: string): void {
    const filter = new logs.CfnSubscriptionFilter(scope, id, {
      logGroupName: group.logGroupName,
      destinationArn: this.handler.functionArn,
      filterPattern,
    });
    filter.addResourceDependency(this.delivery);
  }

  private permission(
    id: string,
    service: string,
    resource: string,
    resourceName: string,
  ): lambda.CfnPermission {
    const stack = Stack.of(this);
    const arnFormat = service === 'logs' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
    return new lambda.CfnPermission(this, id, {
      functionName: this.handler.functionArn,
      action: 'lambda:InvokeFunction',
      principal: `${service}.amazonaws.com`,
      sourceAccount: stack.account,
      sourceArn: stack.formatArn({ service, resource, resourceName, arnFormat }),
    });
  }

  private containment(): string[] {
    return this.agents.flatMap(({ containment }) => containment?.topicArn ?? []).slice(0, 1);
  }

  private lazyTable(of: (agent: WatchedAgent) => unknown): string {
    return Lazy.string({
      produce: () => JSON.stringify(Object.fromEntries(this.agents.map((agent) => [agent.name, of(agent)]))),
    });
  }
}
