import type { StateSource } from '../../config/values/state-source';
import type { dnsFirewallOf } from './live-dns-firewall';
import type { flowLogsOf } from './live-flow-logs';
import type { stateVolumesOf } from './live-volumes';

/** What the checks ask of the deployed stack. A check whose question fails, fails with it. */
export interface Live {
  /** The Region of the stack. */
  readonly region: string;
  /** The machines of the cell, by tag, unless they are terminated. */
  machines(): Promise<readonly LiveMachine[]>;
  /** The cell's state volumes that are attached to a machine; those of an earlier stack aren't. */
  stateVolumes(): Promise<readonly LiveVolume[]>;
  /** The DNS firewall of the VPC that the agent host is in. */
  dnsFirewall(): Promise<LiveDnsFirewall>;
  /** The flow logs that write to the stack's log group. */
  flowLogs(): Promise<readonly LiveFlowLog[]>;
  /** What `host.stateFrom` names, as the account has it. */
  stateSource(from: StateSource): Promise<LiveStateSource>;
  /** Whether a parameter has been given a value since the deployment made it, never the value itself. */
  secret(parameter: string): Promise<LiveSecret>;
  /** A parameter in plain text; nothing when it doesn't exist. */
  text(parameter: string): Promise<string | undefined>;
  /** Shows every line of the audit log since then, and says whether those were all. */
  auditLines(since: Date, see: (line: string) => void): Promise<{ readonly isAll: boolean }>;
}

export interface LiveMachine {
  readonly id: string;
  readonly part: 'agent-host' | 'proxy-box';
  readonly state: string;
  readonly zone: string;
  /** On any of its interfaces; every IPv6 address counts. */
  readonly hasPublicAddress: boolean;
  readonly hasProfile: boolean;
  readonly vpc: string;
}

export type LiveDnsFirewall = Awaited<ReturnType<typeof dnsFirewallOf>>;
export type LiveVolume = Awaited<ReturnType<typeof stateVolumesOf>>[number];
export type LiveFlowLog = Awaited<ReturnType<typeof flowLogsOf>>[number];

/**
 * `plain`: readable without the agent's key, so its box doesn't take it; `other-key`: under a key that the box can't use.
 */
export type LiveSecret = 'set' | 'other-key' | 'unset' | 'plain' | 'missing';

export type LiveStateSource =
  | { readonly kind: 'missing' }
  /** A snapshot that another account shares with this one. */
  | { readonly kind: 'foreign'; readonly owner: string }
  | {
      readonly kind: 'volume';
      /** `available`, `in-use` and so on. */
      readonly state: string;
      readonly zone: string;
      readonly heldBy?: { readonly id: string; readonly cell?: string };
      /** `<stack>/<agent>` of its tag. */
      readonly cell?: string;
      readonly isState: boolean;
      readonly key?: LiveKey;
    }
  | { readonly kind: 'snapshot'; readonly state: string; readonly sizeGiB: number; readonly key?: LiveKey };

export interface LiveKey {
  readonly arn: string;
  /** KMS's word, such as `Enabled`; `foreign` for a key of another account. */
  readonly state: string;
}
