import { CfnOutput, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentHost } from './agent-host/agent-host';
import type { RuntimeName, RuntimeSettings } from './agent-host/runtimes';
import { StateAttachment } from './agent-host/state-attachment';
import { type StateSource, StateVolume } from './agent-host/state-volume';
import { agentUserData } from './agent-host/user-data';
import type { AirlockEnvironment } from './airlock-environment';
import { EncryptedLogGroup } from './audit/encrypted-log-group';
import { HealthAlarm } from './audit/health-alarm';
import { FirstImages, type Image } from './first-images';
import { auditLogGroup, type Day, STATE_DEVICE, TAG_AGENT, TAG_CELL, TAG_STACK } from './names';
import { Doors } from './proxy/doors';
import { ProxyBox } from './proxy/proxy-box';
import { AgentSecrets } from './secrets/agent-secrets';
import { EncryptionKey } from './secrets/encryption-key';
import { MonthlyBudget } from './spend/monthly-budget';

export interface AgentCellProps {
  readonly environment: AirlockEnvironment;
  /** Lower-case kebab, unique in the stack. */
  readonly agent: string;
  readonly owner: string;
  /** What runs on the host. */
  readonly runtime: RuntimeName;
  /** @default the runtime's own choices, hardened */
  readonly runtimeSettings?: RuntimeSettings;
  readonly host: {
    /** An arm64 instance type. */
    readonly instanceType: string;
    readonly imageId: Image;
    readonly os: 'debian-13' | 'debian-12';
    readonly rootGiB: number;
    readonly stateGiB: number;
    /**
     * What the state volume comes from; a volume is attached as it is, under the key it has.
     * @default a blank volume
     */
    readonly stateFrom?: StateSource;
    /** Whether the agent's user may become root. */
    readonly root: boolean;
    readonly limits: { readonly cpuPercent: number; readonly memoryPercent: number };
    /**
     * HTTPS address of the Debian mirror.
     * @default the image's own sources stay
     */
    readonly aptMirror?: string;
  };
  readonly proxy: { readonly instanceType: string; readonly imageId: Image };
  /** The compiled policy bundle. */
  readonly policy: string;
  /** Parameter Store names, `/<stack>/<agent>/…`. */
  readonly secretParameters: readonly string[];
  /**
   * IAM permissions that the agent's rules declare for the proxy box, such as one Bedrock model.
   * @default none
   */
  readonly grants?: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
  readonly budget: { readonly monthlyUsd: number; readonly alertsAtPercent: readonly number[] };
  /** @default not installed: the door stays shut until a release is pinned */
  readonly ironProxy?: { readonly version: string; readonly url: string; readonly sha256: string };
  /** @default the proxy box takes no updates of its system */
  readonly amazonLinux?: { readonly release: string };
  /**
   * The hour of the week, UTC, in which machines take updates, and restart when they must.
   * @default Sunday, 4
   */
  readonly updates?: { readonly day: Day; readonly hour: number };
}

/**
 * One agent: its host, its proxy box, and everything that is theirs alone.
 *
 * **Resources**: at most 24: three security groups, two instances, Elastic IP, state volume with its attachment, key,
 * role with policy and profile, policy and box parameters, secrets, audit log with its subscription, alarm, budget,
 * and the images where none are pinned.
 *
 * **Security considerations**: NET-1, NET-4, IAM-1, IAM-2, VOL-1, VOL-2, LOG-1, COST-1. Two cells share no
 * credential, no key and no path: one that falls takes nothing with it.
 */
export class AgentCell extends Construct {
  readonly host: AgentHost;
  readonly proxy: ProxyBox;

  constructor(scope: Construct, id: string, props: AgentCellProps) {
    super(scope, id);
    const { environment, agent, updates = { day: 'sunday', hour: 4 } } = props;
    const { name: stack, network } = environment;
    const { key } = new EncryptionKey(this, 'Key', { description: `everything that belongs to ${agent}` });
    const doors = new Doors(this, 'Doors', {
      vpcId: network.vpcId,
      agent,
      resolvers: network.resolvers,
      connectEndpointGroupId: network.connectEndpoint?.securityGroupId,
    });
    if (network.seen) doors.node.addDependency(network.seen);
    const secrets = new AgentSecrets(this, 'Secrets', {
      agent,
      key,
      provider: environment.provider,
      tags: { ...environment.tags, [TAG_STACK]: stack, [TAG_AGENT]: agent },
      parameters: props.secretParameters,
    });
    const audit = new EncryptedLogGroup(this, 'Audit', {
      logGroupName: auditLogGroup(stack, agent),
      key,
      ...environment.records,
    });
    environment.logKeys.add(audit);

    const images = new FirstImages(this, 'Images', {
      agent,
      os: props.host.os,
      host: props.host.imageId,
      box: props.proxy.imageId,
      provider: environment.provider,
    });
    this.proxy = new ProxyBox(this, 'Proxy', {
      agent,
      network,
      key,
      instanceType: props.proxy.instanceType,
      imageId: images.box,
      securityGroupIds: doors.proxyBoxGroupIds,
      policy: props.policy,
      secretParameters: props.secretParameters,
      grants: props.grants ?? [],
      logGroup: audit.logGroup,
      software: environment.software,
      ironProxy: props.ironProxy,
      amazonLinux: props.amazonLinux && { ...props.amazonLinux, ...updates },
      after: secrets,
    });

    const state = new StateVolume(this, 'State', {
      availabilityZone: network.zone,
      sizeGiB: props.host.stateGiB,
      from: props.host.stateFrom,
      key,
    });
    environment.backup.add(state.volumeId);
    this.host = new AgentHost(this, 'Host', {
      instanceType: props.host.instanceType,
      os: props.host.os,
      imageId: images.host,
      subnetId: network.agentsSubnet.ref,
      securityGroupId: doors.agentHostGroupId,
      rootGiB: props.host.rootGiB,
      key,
      after: network.confinement,
      userData: agentUserData({
        stack,
        agent,
        os: props.host.os,
        runtime: props.runtime,
        runtimeSettings: props.runtimeSettings,
        root: props.host.root,
        limits: props.host.limits,
        aptMirror: props.host.aptMirror,
        proxyAddress: this.proxy.privateAddress,
        caCertificate: secrets.caCertificate,
        updates,
        stateDevice: STATE_DEVICE,
      }),
    });

    // So that the other way round the machine is gone before its volume, if the volume goes at all.
    this.host.node.addDependency(state);
    new StateAttachment(this, 'StateAttachment', {
      agent,
      instanceId: this.host.instance.ref,
      volumeId: state.volumeId,
      provider: environment.provider,
    });

    new HealthAlarm(this, 'Health', { stack, agent, topic: environment.alerts.topic });
    new MonthlyBudget(this, 'Budget', {
      of: { stack, agent },
      provider: environment.budgetProvider,
      ...props.budget,
      notify: [...new Set([props.owner, ...environment.notify])],
      topic: environment.alerts.topic,
    });
    Tags.of(this).add(TAG_STACK, stack);
    Tags.of(this).add(TAG_AGENT, agent);
    Tags.of(this).add(TAG_CELL, `${stack}/${agent}`);
    this.tell(audit, state);
  }

  /** What an operator needs to know, and nothing an attacker could use. */
  private tell(audit: EncryptedLogGroup, state: StateVolume): void {
    new CfnOutput(this, 'HostId', { value: this.host.instance.ref, description: 'Agent host' });
    new CfnOutput(this, 'ProxyId', { value: this.proxy.instance.ref, description: 'Proxy box' });
    new CfnOutput(this, 'StateId', { value: state.volumeId, description: 'State volume' });
    new CfnOutput(this, 'AuditLog', { value: audit.logGroup.logGroupName, description: 'Every request' });
  }
}
