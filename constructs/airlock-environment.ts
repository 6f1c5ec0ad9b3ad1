import { Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { StateBackup } from './agent-host/state-backup';
import { AlertTopic } from './audit/alert-topic';
import type { RecordProps } from './audit/encrypted-log-group';
import { LogKeys } from './audit/log-keys';
import { ResolverAlarm } from './audit/resolver-alarm';
import { TAG_STACK } from './names';
import { AirlockNetwork, type AirlockNetworkProps } from './network/airlock-network';
import { Provider } from './provider/provider';
import { Software } from './proxy/software';
import { EncryptionKey } from './secrets/encryption-key';
import { MonthlyBudget } from './spend/monthly-budget';

export interface AirlockEnvironmentProps {
  /** The stack's name: first part of every parameter name and log group. */
  readonly name: string;
  readonly network: Omit<AirlockNetworkProps, 'key' | 'provider' | 'records'>;
  /** Mail addresses that hear of alarms and budgets. */
  readonly notify: readonly string[];
  readonly budget: { readonly monthlyUsd: number; readonly alertsAtPercent: readonly number[] };
  /**
   * Who makes the budgets, the agents' too: the provider where CloudFormation lacks `AWS::Budgets::Budget`.
   * @default 'cloudformation'
   */
  readonly budgetsBy?: 'cloudformation' | 'provider';
  /** How long records are kept, and where they are sent on. @default a year, nowhere */
  readonly records?: RecordProps;
  /** Tags on what the provider function makes; the template's own are the stack's affair. @default the kit's alone */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * What the cells of one stack share.
 *
 * **Resources**: key, alert topic, provider function, network, backup plan, resolver alarm, the stack's budget.
 *
 * **Security considerations**: nothing here reads or holds what belongs to an agent.
 */
export class AirlockEnvironment extends Construct {
  readonly name: string;
  readonly notify: readonly string[];
  readonly records?: RecordProps;
  readonly tags: Readonly<Record<string, string>>;
  readonly network: AirlockNetwork;
  readonly provider: Provider;
  /** Absent when CloudFormation makes the budgets. */
  readonly budgetProvider?: Provider;
  readonly alerts: AlertTopic;
  readonly backup: StateBackup;
  readonly logKeys: LogKeys;
  readonly software: Software;

  constructor(scope: Construct, id: string, props: AirlockEnvironmentProps) {
    super(scope, id);
    this.name = props.name;
    this.notify = props.notify;
    this.records = props.records;
    this.tags = props.tags ?? {};
    const { records } = props;
    const { key } = new EncryptionKey(this, 'Key', { description: 'what its agents share' });
    this.alerts = new AlertTopic(this, 'Alerts', { key, notify: props.notify });
    this.provider = new Provider(this, 'Provider', { key, retentionDays: records?.retentionDays });
    this.network = new AirlockNetwork(this, 'Network', {
      ...props.network,
      key,
      records,
      provider: this.provider,
    });
    this.logKeys = new LogKeys(this, 'LogKeys', { provider: this.provider });
    this.logKeys.add(this.network.flowLogs.log, this.network.queryLog);
    this.backup = new StateBackup(this, 'Backup', { key });
    this.software = new Software(this, 'Software');
    if (props.network.dns === 'firewall') {
      new ResolverAlarm(this, 'ResolverAlarm', {
        stack: props.name,
        queryLog: this.network.queryLog.logGroup,
        topic: this.alerts.topic,
      });
    }
    this.budgetProvider = props.budgetsBy === 'provider' ? this.provider : undefined;
    new MonthlyBudget(this, 'Budget', {
      of: { stack: props.name },
      provider: this.budgetProvider,
      ...props.budget,
      notify: props.notify,
      topic: this.alerts.topic,
    });
    Tags.of(this).add(TAG_STACK, props.name);
  }
}
