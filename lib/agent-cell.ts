import { Annotations, Aws, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AgentHost } from '../constructs/agent-host/agent-host';
import { StateAttachment } from '../constructs/agent-host/state-attachment';
import { StateVolume } from '../constructs/agent-host/state-volume';
import { agentUserData } from '../constructs/agent-host/user-data';
import { EncryptedLogGroup } from '../constructs/audit/encrypted-log-group';
import { HealthAlarm } from '../constructs/audit/health-alarm';
import { RequestMetrics } from '../constructs/audit/request-metrics';
import { FirstImages, type Image } from '../constructs/first-images';
import {
  agentPrefix,
  auditLogGroup,
  MODEL_SPEND,
  type OUTPUTS,
  outputName,
  STATE_DEVICE,
  TAG_AGENT,
  TAG_CELL,
  TAG_STACK,
} from '../constructs/names';
import { CellGroups } from '../constructs/proxy/cell-groups';
import { ProxyBox } from '../constructs/proxy/proxy-box';
import { AgentSecrets } from '../constructs/secrets/agent-secrets';
import { ownKey } from '../constructs/secrets/encryption-key';
import { MonthlyBudget } from '../constructs/spend/monthly-budget';
import type { AgentSettings } from './agent-settings';
import type { AirlockEnvironment } from './airlock-environment';
import type { Agent, Airlock, AwsAuth } from './config/model';
import { SIGNALS } from './config/values/signals';
import { parseStateSource } from './config/values/state-source';
import { fromProps } from './from-props';
import { IMAGE_SOURCES } from './pinned-versions';
import { compilePolicy } from './policy';
import { unmetNeeds } from './runtimes/needs';
import { opensConnect } from './runtimes/opens-connect';
import { runtimeSettings } from './runtimes/settings';
import { lacksUpdates } from './runtimes/update-source';
import { encodeModes, modeOf } from './watch/modes';

/** What one agent of a stack is made from. */
export interface AgentCellProps {
  /** What the agents of the stack share; it must be in the same stack. */
  readonly environment: AirlockEnvironment;
  /** The agent: its settings as in a file of `config/agents`, or one that `loadAirlock` returned and checked. */
  readonly agent: AgentSettings | Agent;
  /** Ids of the images of both machines. @default the first deployment takes the newest images and keeps them */
  readonly images?: AgentImages;
  /**
   * Encrypts what belongs to the agent, and to no other. It must be made in the same stack, because the construct adds
   * statements to its policy.
   * @default the cell makes a key
   */
  readonly key?: kms.Key;
}

/** Images that are pinned. Another image replaces its machine. */
export interface AgentImages {
  /** Image id of the agent host. @default the first deployment takes the newest image and keeps it */
  readonly agentHost?: string;
  /** Image id of the proxy box. @default the first deployment takes the newest image and keeps it */
  readonly proxyBox?: string;
}

/**
 * One agent: its host, its proxy box, and everything that belongs to it alone.
 *
 * **Resources**: at most 25: three security groups, two instances, Elastic IP, state volume with its attachment, key,
 * role with policy and profile, policy and box parameters, secrets, audit log with its subscriptions, alarm, budget,
 * and the images where none are pinned.
 *
 * **Security considerations**: NET-1, NET-4, IAM-1, IAM-2, VOL-1, VOL-2, LOG-1, COST-1. Two cells share no
 * credential, no key and no path, so an agent that breaks out of one gains nothing of another. After the first
 * deployment the operator must set each secret with `airlock secrets put`; until then its rules refuse requests.
 */
export class AgentCell extends Construct {
  /** The machine that belongs to the agent. */
  readonly host: AgentHost;
  /** The machine between the agent host and the internet. */
  readonly proxy: ProxyBox;
  /** Encrypts what belongs to the agent. */
  readonly key: kms.Key;
  /** Every request, allowed and refused. */
  readonly auditLog: logs.ILogGroup;
  private readonly health: HealthAlarm;
  private readonly requests: RequestMetrics;
  private readonly secretParameters: readonly string[];

  constructor(scope: Construct, id: string, props: AgentCellProps) {
    super(scope, id);
    const { environment } = props;
    const { name: stack, settings, network, provider } = environment;
    if (Stack.of(this) !== Stack.of(environment)) {
      throw new Error(
        `${this.node.path} and its environment ${environment.node.path} are in two stacks: make both in one`,
      );
    }
    const agent = agentOf(environment, props.agent);
    const { name, host, proxy } = agent;
    const compiled = compilePolicy(settings, agent);
    this.secretParameters = agent.secrets.map(({ parameter }) => parameter);
    environment.needs(host.instanceType, proxy.instanceType);
    // `airlock check` says this of an agent that was loaded from a file.
    if (!('file' in props.agent)) this.warn(environment.settings, agent);

    this.key = ownKey(this, 'Key', { key: props.key, description: `everything that belongs to ${name}` });
    // Its id is part of the groups' logical ids: another one would replace them.
    const groups = new CellGroups(this, 'Groups', {
      vpcId: network.vpcId,
      agent: name,
      resolvers: network.resolvers,
      httpsTo: network.httpsTo,
      connect: opensConnect(agent),
      connectEndpointGroupId: network.connectEndpoint?.securityGroupId,
    });
    if (network.seen) groups.node.addDependency(network.seen);
    const secrets = new AgentSecrets(this, 'Secrets', {
      agent: name,
      key: this.key,
      provider,
      tags: { ...settings.tags, [TAG_STACK]: stack, [TAG_AGENT]: name },
      parameters: this.secretParameters,
    });
    const audit = new EncryptedLogGroup(this, 'Audit', {
      logGroupName: auditLogGroup(stack, name),
      key: this.key,
      ...settings.audit,
    });
    this.auditLog = audit.logGroup;
    environment.logKeys.add(audit);

    const images = new FirstImages(this, 'Images', {
      agent: name,
      os: host.os,
      host: this.image(name, 'agent-host', host.os, props.images?.agentHost),
      box: this.image(name, 'proxy-box', 'amazon-linux-2023', props.images?.proxyBox),
      provider,
    });
    this.proxy = new ProxyBox(this, 'Proxy', {
      agent: name,
      network,
      key: this.key,
      instanceType: proxy.instanceType,
      imageId: images.box,
      securityGroupIds: groups.proxyBoxGroupIds,
      policy: compiled.text,
      secretParameters: this.secretParameters,
      highRiskRules: [...compiled.shut.map(({ id }) => id), ...(agent.spend ? [MODEL_SPEND] : [])],
      limitsSpend: agent.spend !== undefined,
      // A grant can't give a permission, so a high-risk rule has its own from the start.
      grants: agent.egress.flatMap(({ awsAuth }) => (awsAuth ? [permissionOf(awsAuth)] : [])),
      logGroup: audit.logGroup,
      software: environment.software,
      archive: environment.archive?.bucket,
      ironProxy: settings.ironProxy,
      amazonLinux: settings.amazonLinux && { ...settings.amazonLinux, ...settings.updates },
      after: secrets,
    });

    const state = new StateVolume(this, 'State', {
      availabilityZone: network.zone,
      sizeGiB: host.stateGiB,
      from: host.stateFrom === undefined ? undefined : parseStateSource(host.stateFrom),
      key: this.key,
    });
    environment.backup.add(state.volumeId);
    this.host = new AgentHost(this, 'Host', {
      instanceType: host.instanceType,
      os: host.os,
      imageId: images.host,
      subnetId: network.agentsSubnet.ref,
      securityGroupId: groups.agentHostGroupId,
      rootGiB: host.rootGiB,
      key: this.key,
      after: network.confinement,
      userData: agentUserData({
        stack,
        agent: name,
        os: host.os,
        runtime: agent.runtime,
        runtimeSettings: runtimeSettings(settings, agent),
        root: host.root,
        limits: host.limits,
        aptMirror: settings.mirrors.apt,
        proxyAddress: this.proxy.privateAddress,
        caCertificate: secrets.caCertificate,
        updates: settings.updates,
        journal: settings.audit.journal,
        scan: agent.scan === 'weekly',
        stateDevice: STATE_DEVICE,
      }),
    });

    // CloudFormation deletes in the opposite order: the machine goes before its volume, if the volume goes at all.
    this.host.node.addDependency(state);
    new StateAttachment(this, 'StateAttachment', {
      agent: name,
      instanceId: this.host.instance.ref,
      volumeId: state.volumeId,
      provider,
    });

    this.health = new HealthAlarm(this, 'Health', { stack, agent: name, topic: environment.alerts.topic });
    this.requests = new RequestMetrics(this, 'Requests', { stack, agent: name, auditLog: this.auditLog });
    if (agent.onAlarm === 'contain') environment.containment.onAlarm(name, this.health.alarm);
    const containing = SIGNALS.filter((id) => modeOf(agent.watch.signals, id) === 'contain');
    if (containing.length > 0) environment.containment.onSignals(name, containing);
    environment.dashboard?.add(name);
    environment.watch.agent(
      this,
      {
        name,
        modes: encodeModes(agent.watch.signals),
        limits: agent.watch.limits,
        containment: containing.length > 0 ? environment.containment.topic : undefined,
      },
      this.auditLog,
    );
    const budget = new MonthlyBudget(this, 'Budget', {
      of: { stack, agent: name },
      provider: environment.budgetProvider,
      monthlyUsd: agent.budget.monthlyUsd,
      alertsAtPercent: agent.budget.alertsAtPercent,
      notify: [...new Set([agent.owner, ...settings.notify])],
      topic: environment.alerts.topic,
      limitTopic: agent.budget.atLimit === 'contain' ? environment.containment.topic : undefined,
    });
    if (agent.budget.atLimit === 'contain') environment.containment.atBudget(name, budget.budgetName);
    for (const part of props.key ? [this, props.key] : [this]) {
      environment.own(part);
      Tags.of(part).add(TAG_AGENT, name);
      Tags.of(part).add(TAG_CELL, `${stack}/${name}`);
    }
    this.tell(name, state);
  }

  /** 1 while the proxy box has a valid policy in force and iron-proxy answers, else 0; one value a minute. */
  metricHealthy(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.health.metric(options);
  }

  /** The agent's requests, allowed and refused. */
  metricRequests(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.requests.requests(options);
  }

  /** The agent's requests that the proxy box refused. */
  metricRefusals(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.requests.refusals(options);
  }

  /** Lets somebody read the agent's audit log. */
  grantReadAudit(grantee: iam.IGrantable): iam.Grant {
    return this.auditLog.grant(grantee, 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:StartQuery');
  }

  /** Lets somebody set the agent's secrets, without a way to read them (`airlock secrets put`). */
  grantPutSecrets(grantee: iam.IGrantable): iam.Grant {
    const stack = Stack.of(this);
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ssm:PutParameter', 'ssm:GetParameterHistory'],
      resourceArns: this.secretParameters.map((name) =>
        stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) }),
      ),
    }).combine(
      iam.Grant.addToPrincipal({ grantee, actions: ['kms:Encrypt'], resourceArns: [this.key.keyArn] }),
    );
  }

  private image(
    agent: string,
    machine: 'agent-host' | 'proxy-box',
    os: keyof typeof IMAGE_SOURCES,
    pinned: string | undefined,
  ): Image {
    if (pinned !== undefined) return pinned;
    Annotations.of(Stack.of(this)).addWarningV2(
      `airlock:unpinned-image/${agent}/${machine}`,
      `the image of ${agent}'s ${machine} is not pinned: its first deployment takes the newest and keeps it, and no ` +
        'file of yours says which. Run `npx airlock images pin`, before it or after it; in an app of your own, pass ' +
        '`images` to AgentCell',
    );
    return { newestOf: IMAGE_SOURCES[os].parameter };
  }

  /** Names what the agent lacks to work at all: its deployment would succeed, and the agent would stay off. */
  private warn(settings: Airlock, agent: Agent): void {
    const annotations = Annotations.of(Stack.of(this));
    if (settings.ironProxy === undefined) {
      annotations.addWarningV2(
        `airlock:no-iron-proxy/${agent.name}`,
        `no release of iron-proxy is pinned, so the proxy box of ${agent.name} refuses every request: pass ironProxy to ` +
          'AirlockEnvironment; `npx airlock software pin --config DIR --key KEY.asc` writes its values into DIR/software.lock.json',
      );
    }
    const updates = lacksUpdates(settings, agent);
    const needs = [...unmetNeeds(settings, agent), ...(updates ? [{ kind: 'updates', ...updates }] : [])];
    for (const { kind, message, fix } of needs) {
      annotations.addWarningV2(
        `airlock:lacks-${kind}/${agent.name}`,
        `${agent.name} (${agent.runtime}) ${message}: ${fix}`,
      );
    }
  }

  /** What an operator needs to know, and nothing an attacker could use. */
  private tell(agent: string, state: StateVolume): void {
    const tell = (what: (typeof OUTPUTS)[number], value: string, description: string) =>
      new CfnOutput(this, what, { value, description }).overrideLogicalId(outputName(agent, what));
    tell('HostId', this.host.instance.ref, 'Agent host');
    tell('ProxyId', this.proxy.instance.ref, 'Proxy box');
    tell('StateId', state.volumeId, 'State volume');
    tell('AuditLog', this.auditLog.logGroupName, 'Every request');
  }
}

/**
 * The agent with every default filled in, and its presets' rules and secrets.
 *
 * @throws when something in its settings is wrong, or when it was loaded for a stack of another name
 */
function agentOf({ name: stack, written }: AirlockEnvironment, agent: AgentSettings | Agent): Agent {
  if (typeof agent !== 'object') throw new Error('agent: is missing: give the settings of one agent');
  const whole = 'file' in agent ? agent : (fromProps(written, agent).agents[0] as Agent);
  const prefix = `${agentPrefix(stack, whole.name)}/`;
  const stray = whole.secrets.find(({ parameter }) => !parameter.startsWith(prefix));
  if (stray) {
    throw new Error(
      `secrets.${stray.id}.parameter of agent "${whole.name}": "${stray.parameter}" must begin with "${prefix}", ` +
        'because the proxy box may read nothing else: change it, or the name of the stack',
    );
  }
  return whole;
}

function permissionOf({ actions, resources }: AwsAuth) {
  return {
    actions,
    resources: resources.map((arn) =>
      arn.replaceAll('${partition}', Aws.PARTITION).replaceAll('${account}', Aws.ACCOUNT_ID),
    ),
  };
}
