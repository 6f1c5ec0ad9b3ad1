/**
 * What a valid configuration means, once every preset is unfolded and every default is written out.
 * Everything after `lib/config` works on these types and never sees YAML.
 */
import { RUNTIME_NAMES, type RuntimeName } from '../../constructs/agent-host/runtimes/names';
import type { SkillEntry } from '../../constructs/agent-host/runtimes/runtime';
import type { Day } from '../../constructs/names';

export const RUNTIMES = RUNTIME_NAMES;
export const ROLES = ['reader', 'builder', 'operator'] as const;
export const RISKS = ['low', 'medium', 'high'] as const;
export const OPERATING_SYSTEMS = ['debian-13', 'debian-12'] as const;
export const DNS_MODES = ['firewall', 'off'] as const;
export const EGRESS_MODES = ['address', 'nat-gateway', 'transit-gateway'] as const;
export const ACCESS_MODES = ['instance-connect', 'none'] as const;

/** Percentages of the stack's budget at which it alerts; an agent's file names its own. */
export const STACK_ALERTS: readonly number[] = [50, 80, 100];

export type Runtime = RuntimeName;
export type Role = (typeof ROLES)[number];
export type Risk = (typeof RISKS)[number];
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number];
export type DnsMode = (typeof DNS_MODES)[number];
export type EgressMode = (typeof EGRESS_MODES)[number];
export type AccessMode = (typeof ACCESS_MODES)[number];

/** The whole environment: one stack. */
export interface Airlock {
  /** Stack name, and the first part of every parameter name. */
  readonly name: string;
  readonly env: {
    readonly account?: string;
    readonly region?: string;
    /** As configured, or else as pinned for the region. */
    readonly zone?: string;
    /** @default the CDK's own, hnb659fds */
    readonly bootstrapQualifier?: string;
  };
  /** Mail addresses that hear of alarms and budgets. */
  readonly notify: readonly string[];
  readonly network: {
    readonly cidr: string;
    readonly dns: DnsMode;
    readonly egress: EgressMode;
    /** Its id; there is one if and only if egress is `transit-gateway`. */
    readonly transitGateway?: string;
    /** Id of the IPAM pool that gives the VPC its block. */
    readonly ipamPool?: string;
    /** Id of an existing VPC that is the stack's alone. @default the stack makes one */
    readonly vpc?: string;
    /** Public resolvers, IPv4, one to four: the only DNS servers a proxy box may ask. */
    readonly resolvers: readonly string[];
  };
  readonly mirrors: { readonly apt?: string; readonly npm?: string; readonly pypi?: string };
  readonly access: AccessMode;
  readonly audit: {
    readonly retentionDays: number;
    /** ARN of a CloudWatch Logs destination. */
    readonly forwardTo?: string;
  };
  /** ARN of the policy that bounds every role. */
  readonly permissionsBoundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly budget: { readonly monthlyUsd: number };
  /** The hour of the week, UTC, in which machines take updates and may restart. */
  readonly updates: { readonly day: Day; readonly hour: number };
  /** In order of their names. */
  readonly agents: readonly Agent[];
  readonly images: readonly PinnedImage[];
  /** The release that proxy boxes upgrade to; absent until `airlock images pin` has written it. */
  readonly amazonLinux?: { readonly release: string };
  /** The iron-proxy release the boxes run; absent until `airlock software pin` has written the lock. */
  readonly ironProxy?: PinnedRelease;
}

export interface Agent {
  readonly name: string;
  readonly runtime: Runtime;
  /** Model id as the provider calls it. */
  readonly model?: string;
  /** The only MCP servers the runtime may use. */
  readonly mcpServers: readonly { readonly name: string; readonly url: string }[];
  /** The skills that may be on the machine. */
  readonly skills: readonly SkillEntry[];
  readonly transcripts: { readonly days: number };
  /** For the runtime `custom`, and only there. */
  readonly custom?: { readonly command: string; readonly install?: string };
  readonly role: Role;
  readonly owner: string;
  readonly host: {
    /** An arm64 instance type. */
    readonly instanceType: string;
    readonly os: OperatingSystem;
    readonly rootGiB: number;
    readonly stateGiB: number;
    /** `vol-…`, `snap-…` or the ARN of a recovery point; absent for a blank state volume. */
    readonly stateFrom?: string;
    /** Whether the agent's user may become root. */
    readonly root: boolean;
    /** Share of the machine's CPU and memory that the agent's unit may take, in percent. */
    readonly limits: { readonly cpuPercent: number; readonly memoryPercent: number };
  };
  readonly proxy: { readonly instanceType: string };
  readonly egress: readonly EgressRule[];
  readonly secrets: readonly Secret[];
  readonly budget: {
    readonly monthlyUsd: number;
    readonly alertsAtPercent: readonly number[];
    readonly atLimit: 'contain' | 'notify';
  };
  /** The file it came from, relative to the working directory. */
  readonly file: string;
}

export interface EgressRule {
  /** Unique within the agent. A preset's rules are `<preset>/<rule>`. */
  readonly id: string;
  readonly host: string;
  /** Upper case, at least one, unless `because` says why not. */
  readonly methods: readonly string[];
  /** iron-proxy path patterns, at least one, unless `because` says why not. */
  readonly paths: readonly string[];
  /** Id of the one secret that goes out with it. */
  readonly secret?: string;
  /** Re-sign with the proxy box's own role instead of a secret (iron-proxy's `aws_auth`). */
  readonly awsAuth?: AwsAuth;
  readonly risk: Risk;
  /** The deployer's reason for a rule wider than POL-1 allows. */
  readonly because?: string;
  /** The preset that brought it. */
  readonly preset?: string;
}

export interface AwsAuth {
  /** SigV4 service name, such as `bedrock`. */
  readonly service: string;
  readonly region: string;
  /** What the proxy box's role must be able to do for it: exact actions and exact resource ARNs
   *  (`${partition}` and `${account}` may stand for themselves). */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export interface Secret {
  /** Unique within the agent. */
  readonly id: string;
  /** Parameter Store name, `/<stack>/<agent>/…`. */
  readonly parameter: string;
  readonly inject: Injection;
  /** How long iron-proxy may keep the value, in seconds. */
  readonly ttlSeconds: number;
}

export type Injection =
  | { readonly kind: 'header'; readonly header: string; readonly formatter: string }
  | { readonly kind: 'query'; readonly parameter: string; readonly formatter: string }
  /** A placeholder the agent sends, swapped in the path (Telegram's tokens live there). */
  | { readonly kind: 'path'; readonly placeholder: string };

/** A line of `images.lock.json`: where the stack of a region is. */
export interface PinnedZone {
  readonly region: string;
  readonly zone: string;
}

/** A line of `images.lock.json`: what one machine of one agent boots from. */
export interface PinnedImage {
  readonly agent: string;
  readonly machine: 'agent-host' | 'proxy-box';
  readonly region: string;
  readonly imageId: string;
  /** Day on which the image was made, as YYYY-MM-DD. */
  readonly created?: string;
}

/** iron-proxy as `airlock software pin` verified it. */
export interface PinnedRelease {
  readonly version: string;
  /** HTTPS address of the linux_arm64 archive. */
  readonly url: string;
  /** SHA-256 of that archive, lower-case hex. */
  readonly sha256: string;
}

/** One thing wrong with a configuration: what `airlock check --json` prints, field for field. */
export interface Problem {
  readonly file: string;
  /** 1-based; 1 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** Such as `egress[1].paths[0]`; empty for the file as a whole. */
  readonly path: string;
  /** The offending value as written; absent when something is missing. Never a secret: files hold none. */
  readonly value?: unknown;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}
