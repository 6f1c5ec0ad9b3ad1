import { CfnOutput, Stack, Tags, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, type IConstruct } from 'constructs';
import { StateBackup } from '../constructs/agent-host/state-backup';
import { AlertTopic } from '../constructs/audit/alert-topic';
import { Archive } from '../constructs/audit/archive';
import { LogKeys } from '../constructs/audit/log-keys';
import { ResolverMetrics } from '../constructs/audit/resolver-metrics';
import { AutomaticContainment } from '../constructs/containment/automatic-containment';
import type { ContainmentScope } from '../constructs/containment/permissions';
import { QuarantineGroup } from '../constructs/containment/quarantine-group';
import { SessionDenial } from '../constructs/containment/session-denial';
import { type Day, PEOPLE, personOutputs, TAG_STACK } from '../constructs/names';
import { AirlockNetwork } from '../constructs/network/airlock-network';
import { PersonPolicy } from '../constructs/people/person-policy';
import { Provider } from '../constructs/provider/provider';
import { Software } from '../constructs/proxy/software';
import { ownKey } from '../constructs/secrets/encryption-key';
import { MonthlyBudget } from '../constructs/spend/monthly-budget';
import { Dashboard } from '../constructs/watch/dashboard';
import { Watch } from '../constructs/watch/watch';
import {
  type AccessMode,
  type Airlock,
  type DnsMode,
  type EgressMode,
  type PinnedRelease,
  type ReviewMode,
  STACK_ALERTS,
} from './config/model';
import { lacksBudgetType } from './config/regions/regions';
import { fromProps } from './from-props';
import { type GuardrailsOff, guard } from './guardrails';
import { LOOK_MINUTES } from './watch/cloud-look';

/**
 * What `config/airlock.yaml` says, as props. The stack gives the name and the region. docs/CONFIGURATION.md explains
 * each setting.
 */
export interface AirlockEnvironmentProps {
  /** Mail addresses that hear of alarms and budgets; each confirms its subscription once. */
  readonly notify: readonly string[];
  /** Budget of the whole stack, in US dollars a month. */
  readonly budget: { readonly monthlyUsd: number };
  /** The network that all agents share. @default each setting's own default */
  readonly network?: NetworkSettings;
  /**
   * `instance-connect`: people come in by SSH through an EC2 Instance Connect Endpoint. `none`: nobody does.
   * @default 'instance-connect'
   */
  readonly access?: AccessMode;
  /** Availability Zone. @default the provider function chooses one when the stack is created, and keeps it */
  readonly zone?: string;
  /** How long audit, flow and query logs are kept, and where they are sent on. @default { retentionDays: 365, journal: true } */
  readonly audit?: AuditSettings;
  /** HTTPS addresses of the team's package mirrors. @default none: machines install no updates */
  readonly mirrors?: { readonly apt?: string; readonly npm?: string; readonly pypi?: string };
  /** Whether a review of all agents goes to `notify` each Monday. @default { review: 'weekly' } */
  readonly watch?: { readonly review?: ReviewMode };
  /** Whether the stack has a CloudWatch dashboard. @default false */
  readonly dashboard?: boolean;
  /**
   * The hour of the week, UTC, in which machines take updates, and restart when they must.
   * @default { day: 'sunday', hour: 4 }
   */
  readonly updates?: { readonly day?: Day; readonly hour?: number };
  /** Tags on everything of Airlock's, also on what the provider function makes. @default the kit's own tags alone */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the IAM policy that bounds every role of Airlock's. @default no boundary */
  readonly permissionsBoundary?: string;
  /**
   * Encrypts what the agents share: flow and query logs, alerts, backups. It must be made in the same stack, because
   * the constructs add statements to its policy.
   * @default the environment makes a key
   */
  readonly key?: kms.Key;
  /** The release of iron-proxy that proxy boxes run. @default not installed: proxy boxes refuse every request */
  readonly ironProxy?: PinnedRelease;
  /** The release of Amazon Linux that proxy boxes upgrade to. @default proxy boxes take no updates of their system */
  readonly amazonLinux?: { readonly release: string };
  /** Switches the guardrails of this stack off, with a reason. @default a broken invariant fails the synth */
  readonly guardrails?: GuardrailsOff;
}

/** The VPC and the ways in and out of it. */
export interface NetworkSettings {
  /** Private IPv4 block of the VPC, /16 to /24. Another one replaces every machine. @default '10.64.0.0/20' */
  readonly cidr?: string;
  /**
   * `firewall`: the VPC resolver answers nothing and logs every question. `off`: there is no VPC resolver.
   * @default 'firewall'
   */
  readonly dns?: DnsMode;
  /**
   * How proxy boxes reach the internet: `address` (a public address each), `nat-gateway` or `transit-gateway`.
   * @default 'address'
   */
  readonly egress?: EgressMode;
  /** Id of the Transit Gateway, for that `egress` alone. @default none */
  readonly transitGateway?: string;
  /** Id of the IPAM pool that gives the VPC its block; `cidr` must be that block. @default the stack takes `cidr` */
  readonly ipamPool?: string;
  /** Id of an existing VPC that holds nothing else; `cidr` must be its block. @default the stack makes one */
  readonly vpc?: string;
  /** Public IPv4 resolvers, one to four: the only ones that a proxy box asks. @default ['9.9.9.9', '1.1.1.1'] */
  readonly resolvers?: readonly string[];
}

/** What happens to audit, flow and query logs. */
export interface AuditSettings {
  /** One of the numbers of days that CloudWatch Logs takes. @default 365 */
  readonly retentionDays?: number;
  /** ARN of a CloudWatch Logs destination in the same region. @default logs are not sent on */
  readonly forwardTo?: string;
  /** Whether proxy boxes put the gate's records into a bucket with Object Lock. @default there is no archive */
  readonly archive?: 's3';
  /** `compliance`: nobody shortens the lock, AWS included. @default 'governance': a permission of its own shortens it */
  readonly archiveLock?: 'governance' | 'compliance';
  /** Days that the archive is locked and kept. @default `retentionDays` */
  readonly archiveDays?: number;
  /** Whether agent hosts send their journal to their proxy box, which ships it in the stream `journal`. @default true */
  readonly journal?: boolean;
}

/**
 * What the agents of one stack share. One environment a stack; its agents are in the same stack.
 *
 * **Resources**: key, alert topic, provider function, network, quarantine group, policy that denies sessions, function that
 * contains (where an agent's switch is on), a policy for each person, backup plan, function that tells people of signals, dashboard
 * (where it is on), the stack's budget.
 *
 * **Security considerations**: no part of it reads or holds what belongs to an agent. It adds the guardrails to the app:
 * an invariant that the stack breaks fails the synth. The operator must confirm the mail subscriptions, activate the
 * tags `airlock:stack` and `airlock:cell` for cost allocation, and deploy the stack with termination protection.
 */
export class AirlockEnvironment extends Construct {
  /** The stack's name: first part of every parameter name and log group. */
  readonly name: string;
  /** The settings with every default filled in; no agents. */
  readonly settings: Airlock;
  /** The settings as a configuration file would have them. */
  readonly written: object;
  /** The network of the agents. */
  readonly network: AirlockNetwork;
  /** Makes what CloudFormation has no resource type for. @internal */
  readonly provider: Provider;
  /** Tells people of alarms and budgets. */
  readonly alerts: AlertTopic;
  /** Saves the state volumes daily. */
  readonly backup: StateBackup;
  /** Puts log groups under their keys again when an earlier stack left them behind. @internal */
  readonly logKeys: LogKeys;
  /** What proxy boxes fetch and run. @internal */
  readonly software: Software;
  /** Tells people of signals. @internal */
  readonly watch: Watch;
  /** Absent where `audit.archive` is. @internal */
  readonly archive?: Archive;
  /** Absent where `dashboard` is off. @internal */
  readonly dashboard?: Dashboard;
  private readonly containmentScope: ContainmentScope;
  private readonly key: kms.IKey;
  private automatic?: AutomaticContainment;
  private readonly resolver?: ResolverMetrics;
  private readonly instanceTypes: string[] = [];

  constructor(scope: Construct, id: string, props: AirlockEnvironmentProps) {
    super(scope, id);
    const { key: given, guardrails, ironProxy, amazonLinux, zone, ...written } = props;
    const stack = Stack.of(this);
    this.name = nameOf(stack);
    const { account, region } = stack;
    const env = { account: known(account), region: known(region), zone };
    this.written = { ...written, name: this.name, env };
    const settings = fromProps(this.written, undefined, { ironProxy, amazonLinux });
    this.settings = settings;
    guard(this, guardrails);

    const { notify, network, audit, budget } = settings;
    this.key = ownKey(this, 'Key', { key: given, description: 'what its agents share' });
    const { key } = this;
    this.alerts = new AlertTopic(this, 'Alerts', { key, notify });
    this.provider = new Provider(this, 'Provider', { key, retentionDays: audit.retentionDays });
    this.network = new AirlockNetwork(this, 'Network', {
      ...network,
      access: settings.access,
      zone,
      instanceTypes: this.instanceTypes,
      key,
      records: audit,
      provider: this.provider,
    });
    const quarantine = new QuarantineGroup(this, 'Quarantine', { vpcId: this.network.vpcId });
    if (this.network.seen) quarantine.node.addDependency(this.network.seen);
    this.containmentScope = {
      partition: stack.partition,
      region,
      account,
      stack: this.name,
      vpcId: this.network.vpcId,
      prefixListId: this.network.prefixListId,
      denialArn: new SessionDenial(this, 'SessionDenial').policyArn,
      topicArn: this.alerts.topic.topicArn,
      keyArn: key.keyArn,
    };
    const { agentsCidr, connectEndpoint } = this.network;
    const connect = connectEndpoint && { endpointId: connectEndpoint.endpointId, agentsCidr };
    for (const person of PEOPLE) {
      new PersonPolicy(this, personOutputs(person)[0], {
        person,
        scope: { ...this.containmentScope, connect },
      });
    }
    this.logKeys = new LogKeys(this, 'LogKeys', { provider: this.provider });
    this.logKeys.add(this.network.flowLogs.log, this.network.queryLog);
    this.backup = new StateBackup(this, 'Backup', { key });
    if (audit.archive) {
      const { archiveLock: lock = 'governance', archiveDays: days = audit.retentionDays } = audit;
      this.archive = new Archive(this, 'Archive', { key, lock, days });
      const value = `s3://${this.archive.bucket.bucketName}`;
      new CfnOutput(this, 'ArchiveOutput', {
        value,
        description: 'Write-once archive of the records',
      }).overrideLogicalId('ArchiveBucket');
    }
    this.software = new Software(this, 'Software');
    this.watch = new Watch(this, 'Watch', {
      stack: this.name,
      key,
      alerts: this.alerts.topic,
      vaultArn: this.backup.vaultArn,
      lookMinutes: LOOK_MINUTES,
      natAddress: this.network.natAddress,
      review: settings.watch?.review !== 'off',
      retentionDays: audit.retentionDays,
    });
    this.watch.flows(this.network.flowLogs.log.logGroup, network.cidr);
    if (network.dns === 'firewall') {
      this.watch.queries(this.network.queryLog.logGroup);
      this.resolver = new ResolverMetrics(this, 'Resolver', {
        stack: this.name,
        queryLog: this.network.queryLog.logGroup,
      });
    }
    if (settings.dashboard) this.dashboard = new Dashboard(this, 'Dashboard', { stack: this.name });
    new MonthlyBudget(this, 'Budget', {
      of: { stack: this.name },
      provider: this.budgetProvider,
      monthlyUsd: budget.monthlyUsd,
      alertsAtPercent: STACK_ALERTS,
      notify,
      topic: this.alerts.topic,
    });
    this.own(this);
  }

  /** Contains agents without a person; made when the first agent has its switch on. @internal */
  get containment(): AutomaticContainment {
    this.automatic ??= new AutomaticContainment(this, 'Containment', {
      key: this.key,
      alerts: this.alerts.topic,
      scope: this.containmentScope,
      log: this.provider.log,
    });
    return this.automatic;
  }

  /** Makes the budgets where CloudFormation lacks `AWS::Budgets::Budget`; undefined where it has the type. @internal */
  get budgetProvider(): Provider | undefined {
    return lacksBudgetType(this.settings.env.region) ? this.provider : undefined;
  }

  /** Questions to the VPC resolver in a minute: any is a signal. @throws with `dns: off`, where there is no resolver */
  metricResolverQueries(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    if (!this.resolver) throw new Error('network.dns: "off" leaves no VPC resolver to measure');
    return this.resolver.queries(options);
  }

  /** Notes what a machine needs of the zone, which is chosen when the stack is created. */
  needs(...instanceTypes: readonly string[]): void {
    this.instanceTypes.push(...instanceTypes);
  }

  /** Gives a part of the stack its tags and its boundary. */
  own(part: IConstruct): void {
    const { tags, permissionsBoundary } = this.settings;
    Tags.of(part).add(TAG_STACK, this.name);
    for (const [key, value] of Object.entries(tags)) Tags.of(part).add(key, value);
    if (permissionsBoundary === undefined) return;
    const id = 'PermissionsBoundary';
    const boundary =
      (this.node.tryFindChild(id) as iam.IManagedPolicy | undefined) ??
      iam.ManagedPolicy.fromManagedPolicyArn(this, id, permissionsBoundary);
    iam.PermissionsBoundary.of(part).apply(boundary);
  }
}

/** The one name of a stack: parameters, log groups and tags begin with it. */
function nameOf(stack: Stack): string {
  if (Token.isUnresolved(stack.stackName)) {
    throw new Error(
      `${stack.node.path} is a nested stack, whose name is not known before it is deployed: use a Stack`,
    );
  }
  return stack.stackName;
}

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
