import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { AlertTopic } from '../audit/alert-topic';
import { acceptFunction } from '../function-exceptions';
import { CONTAINMENT_TOPIC_ID } from '../names';
import { builtAsset } from '../package-assets';
import { acknowledgeWildcards, toStatement } from '../to-statement';
import { type ContainmentScope, containPermissions } from './permissions';

export interface AutomaticContainmentProps {
  /** Encrypts the topic. */
  readonly key: kms.IKey;
  /** Tells people. */
  readonly alerts: sns.ITopic;
  readonly scope: ContainmentScope;
  /** Where the function writes. */
  readonly log: logs.ILogGroup;
}

/**
 * Contains an agent when its budget is spent, an alarm of it goes off, or a signal of it says so. It runs the same code as `airlock contain`.
 *
 * **Resources**: encrypted topic with its policy, function with role, policy, subscription and permission.
 *
 * **Security considerations**: KILL-1, COST-1, VOL-1. The function contains only agents whose switch is on, and only for a
 * message of this topic that names their budget, alarm or signal. It can't release one. What it fails at goes to the topic that
 * tells people. The operator must let nobody else publish to the topic: whoever may can stop these agents.
 */
export class AutomaticContainment extends Construct {
  readonly topic: sns.Topic;
  private readonly switches: Record<string, { alarms: string[]; budgets: string[]; signals: string[] }> = {};

  constructor(scope: Construct, id: string, { key, alerts, scope: of, log }: AutomaticContainmentProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.topic = new AlertTopic(this, 'Topic', { key, notify: [] }).topic;
    (this.topic.node.defaultChild as sns.CfnTopic).overrideLogicalId(CONTAINMENT_TOPIC_ID);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: 'Contains agents whose budget is spent or whose alarm goes off',
    });
    const permissions = containPermissions(of);
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          sid: 'WriteLog',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [log.logGroupArn],
        }),
        ...permissions.map(toStatement),
      ],
    });
    const handler = new lambda.Function(this, 'Function', {
      description: 'Agent Airlock: contains agents',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(builtAsset('containment')),
      role: role.withoutPolicyUpdates(),
      timeout: Duration.minutes(15),
      memorySize: 256,
      logGroup: log,
      deadLetterTopic: alerts,
      environment: {
        STACK: of.stack,
        TOPIC: this.topic.topicArn,
        SWITCHES: Lazy.string({ produce: () => stack.toJsonString(this.switches) }),
      },
    });
    handler.node.addDependency(policy);
    this.topic.addSubscription(new subscriptions.LambdaSubscription(handler));
    acceptFunction(
      this,
      handler,
      'names of agents, alarms, budgets and signals',
      'a limit of one would let one slow containment delay the next',
    );
    acknowledgeWildcards(policy, permissions);
  }

  /** Contains the agent when a message of this budget arrives: its alerts for people must go elsewhere. */
  atBudget(agent: string, budgetName: string): void {
    this.switchOf(agent).budgets.push(budgetName);
  }

  /** Contains the agent when the alarm goes off. */
  onAlarm(agent: string, alarm: cloudwatch.Alarm): void {
    this.switchOf(agent).alarms.push(alarm.alarmName);
    alarm.addAlarmAction(new actions.SnsAction(this.topic));
  }

  /** Contains the agent when the watch function says that one of these signals was raised. */
  onSignals(agent: string, signals: readonly string[]): void {
    this.switchOf(agent).signals.push(...signals);
  }

  private switchOf(agent: string) {
    this.switches[agent] ??= { alarms: [], budgets: [], signals: [] };
    return this.switches[agent];
  }
}
