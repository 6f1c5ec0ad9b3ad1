/**
 * The model of a valid configuration, with every preset's rules and every default filled in. Everything above
 * `lib/config` uses these types and never sees YAML.
 */
import { RUNTIME_NAMES, type RuntimeName } from '../../constructs/agent-host/runtimes/names';
import type { SkillEntry } from '../../constructs/agent-host/runtimes/runtime';
import type { Day } from '../../constructs/names';
import type { BodyRule } from './values/body-rule';
import type { Limits, Mode, SignalId } from './values/signals';

export const RUNTIMES = RUNTIME_NAMES;
export const ROLES = ['reader', 'builder', 'operator'] as const;
export const RISKS = ['low', 'medium', 'high'] as const;
export const OPERATING_SYSTEMS = ['debian-13', 'debian-12'] as const;
export const DNS_MODES = ['firewall', 'off'] as const;
export const EGRESS_MODES = ['address', 'nat-gateway', 'transit-gateway'] as const;
export const REVIEW_MODES = ['weekly', 'off'] as const;
export const ACCESS_MODES = ['instance-connect', 'none'] as const;

/** The percentages at which the stack's budget alerts; an agent's file names those of its own budget. */
export const STACK_ALERTS: readonly number[] = [50, 80, 100];

/** What a cap counts: requests that pass, those of medium risk, MiB of bodies that they announce, MiB of records. */
export const CAPPED = ['requests', 'actions', 'uploadMiB', 'logMiB'] as const;
export const PERIODS = ['hour', 'day'] as const;

export type Capped = (typeof CAPPED)[number];
export type Period = (typeof PERIODS)[number];
/** Most of each that may pass in an hour and in a day, UTC. */
export type Caps = Partial<Record<Capped, Partial<Record<Period, number>>>>;

export type Runtime = RuntimeName;
export type Role = (typeof ROLES)[number];
export type Risk = (typeof RISKS)[number];
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number];
export type DnsMode = (typeof DNS_MODES)[number];
export type EgressMode = (typeof EGRESS_MODES)[number];
export type ReviewMode = (typeof REVIEW_MODES)[number];
export type AccessMode = (typeof ACCESS_MODES)[number];

/** The whole environment: one stack. */
export interface Airlock {
  /** Stack name, and the first part of every parameter name. */
  readonly name: string;
  /** Where the stack goes; a template without account and region fits any. */
  readonly env: {
    /** Account id. */
    readonly account?: string;
    /** Region. */
    readonly region?: string;
    /** As configured, or as pinned for the region. */
    readonly zone?: string;
    /** @default the CDK's own, hnb659fds */
    readonly bootstrapQualifier?: string;
  };
  /** Mail addresses that hear of alarms and budgets. */
  readonly notify: readonly string[];
  /** The network that all agents share. */
  readonly network: {
    /** IPv4 block of the VPC. */
    readonly cidr: string;
    /** What becomes of the VPC resolver. */
    readonly dns: DnsMode;
    /** How proxy boxes reach the internet. */
    readonly egress: EgressMode;
    /** Present if and only if egress is `transit-gateway`. */
    readonly transitGateway?: string;
    /** Id of the IPAM pool that gives the VPC its block. */
    readonly ipamPool?: string;
    /** Id of an existing VPC that holds nothing else. @default the stack makes one */
    readonly vpc?: string;
    /** Public resolvers, IPv4, one to four: the only DNS servers a proxy box may ask. */
    readonly resolvers: readonly string[];
  };
  /** HTTPS addresses of the team's package mirrors. */
  readonly mirrors: { readonly apt?: string; readonly npm?: string; readonly pypi?: string };
  /** Whether people get a review of all agents each week. @default they do */
  readonly watch?: { readonly review: ReviewMode };
  /** Whether the stack has a dashboard. @default it has none */
  readonly dashboard?: boolean;
  /** How people come in. */
  readonly access: AccessMode;
  /** What happens to audit, flow and query logs. */
  readonly audit: {
    /** Days that logs are kept. */
    readonly retentionDays: number;
    /** ARN of a CloudWatch Logs destination. */
    readonly forwardTo?: string;
    /** Whether proxy boxes put the gate's records into a bucket with Object Lock. @default there is no archive */
    readonly archive?: 's3';
    /** Whether a person with a permission of its own may shorten the lock. @default 'governance' */
    readonly archiveLock?: 'governance' | 'compliance';
    /** Days that the archive is locked and kept. @default `retentionDays` */
    readonly archiveDays?: number;
    /** Whether agent hosts send their journal to their proxy box. @default true */
    readonly journal?: boolean;
  };
  /** ARN of the policy that bounds every role. */
  readonly permissionsBoundary?: string;
  /** Tags on everything that the stack makes. */
  readonly tags: Readonly<Record<string, string>>;
  /** Budget of the whole stack. */
  readonly budget: { readonly monthlyUsd: number };
  /** The hour of the week, UTC, in which machines take updates and may restart. */
  readonly updates: { readonly day: Day; readonly hour: number };
  /** In order of their names. */
  readonly agents: readonly Agent[];
  /** Images that the lock file pins. */
  readonly images: readonly PinnedImage[];
  /** The release that proxy boxes upgrade to; absent until `airlock images pin` writes it. */
  readonly amazonLinux?: { readonly release: string };
  /** The iron-proxy release that proxy boxes run; absent until `airlock software pin` writes it. */
  readonly ironProxy?: PinnedRelease;
}

export interface Agent {
  /** Unique in the stack. */
  readonly name: string;
  /** What runs on the agent host. */
  readonly runtime: Runtime;
  /** Model id as the provider calls it. */
  readonly model?: string;
  /** The only MCP servers the runtime may use. */
  readonly mcpServers: readonly { readonly name: string; readonly url: string }[];
  /** The skills that may be on the machine. */
  readonly skills: readonly SkillEntry[];
  /** How long conversations stay on the agent host. */
  readonly transcripts: { readonly days: number };
  /** For the runtime `custom`, and only there. */
  readonly custom?: { readonly command: string; readonly install?: string };
  /** What bounds the rules. */
  readonly role: Role;
  /** Mail address of the person who answers for the agent. */
  readonly owner: string;
  /** The agent host. */
  readonly host: {
    /** An arm64 instance type. */
    readonly instanceType: string;
    /** Operating system. */
    readonly os: OperatingSystem;
    /** Root disk. */
    readonly rootGiB: number;
    /** State volume. */
    readonly stateGiB: number;
    /** `vol-…`, `snap-…` or the ARN of a recovery point; absent for a blank state volume. */
    readonly stateFrom?: string;
    /** Whether the agent's user may become root. */
    readonly root: boolean;
    /** Share of the machine's CPU and memory that the agent's unit may take, in percent. */
    readonly limits: { readonly cpuPercent: number; readonly memoryPercent: number };
  };
  /** The proxy box. */
  readonly proxy: {
    /** An arm64 instance type. */
    readonly instanceType: string;
    /** Whether the CONNECT port is open. @default where the runtime needs it */
    readonly connect?: boolean;
    /** What its front lets through. */
    readonly limits: FrontLimits;
  };
  /** Limits of all its requests together. */
  readonly caps: Caps;
  /** What its model calls may cost, by the gate's upper bounds, in US dollars. @default any sum */
  readonly spend?: { readonly model: { readonly dailyUsd?: number; readonly monthlyUsd?: number } };
  /** Everything the agent may reach, presets' rules included. */
  readonly egress: readonly EgressRule[];
  /** The agent's secrets, presets' secrets included. */
  readonly secrets: readonly Secret[];
  /** What the agent may cost on AWS. */
  readonly budget: {
    /** US dollars a month. */
    readonly monthlyUsd: number;
    /** Percentages at which people are told. */
    readonly alertsAtPercent: readonly number[];
    /** What happens at 100 percent. */
    readonly atLimit: 'contain' | 'notify';
  };
  /** Its usual use, as a person ratified it; absent until `airlock baseline ratify` writes it. */
  readonly baseline?: Baseline;
  /** What happens when its alarm goes off. */
  readonly onAlarm: 'contain' | 'notify';
  /** Whether made-up credentials lie on its host, and the gate looks for them. @default false */
  readonly canaries?: boolean;
  /** How often its home is scanned for secrets. @default 'off' */
  readonly scan?: 'weekly' | 'off';
  /** What becomes of its signals, where that isn't the kit's choice. */
  readonly watch: {
    /** Modes by signal. */
    readonly signals: Readonly<Partial<Record<SignalId, Mode>>>;
    /** Numbers above which a signal is raised. */
    readonly limits: Readonly<Limits>;
  };
  /** The file it came from, relative to the working directory. */
  readonly file: string;
}

/** What a baseline knows of each rule: requests that pass, and KiB of the bodies that they announce. */
export const QUANTITIES = ['requests', 'uploadKiB'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** The usual use of one quantity. All numbers are of ln(1 + x), so that twice as much is as far away for a busy rule as for a quiet one. */
export interface Usual {
  /** The middle of each hour of the day, UTC. */
  readonly hours: readonly number[];
  /** Standard deviation of an hour. */
  readonly spread: number;
  /** The middle of a day's sum. */
  readonly day: number;
  /** Standard deviation of a day's sum. */
  readonly daySpread: number;
}
export type UsualUse = Readonly<Record<Quantity, Usual>>;

/** Stand for all rules together, and for all of medium risk, which are actions; no rule's id has a star. */
export const [WHOLE, ACTIONS] = ['*', '*actions'] as const;

export interface Baseline {
  /** The first of the days (UTC) that it was learned from. */
  readonly from: string;
  /** Their number. */
  readonly days: number;
  /** By rule, `*` for all rules together, `*actions` for actions. */
  readonly rules: Readonly<Record<string, UsualUse>>;
}

/** What the front of a proxy box lets through; over a limit it refuses. */
export interface FrontLimits {
  /** Open connections, on all ports together. */
  readonly connections: number;
  /** New connections in any second. */
  readonly connectionsPerSecond: number;
  /** New connections in any 24 hours. */
  readonly connectionsPerDay: number;
  /** Seconds a client has for its TLS hello, a CONNECT or a request on port 80. */
  readonly helloSeconds: number;
  /** Minutes after which a connection without a byte is closed. */
  readonly idleMinutes: number;
  /** MiB a second from the agent host. */
  readonly uploadMiBPerSecond: number;
  /** MiB a day (UTC) from the agent host. */
  readonly uploadMiBPerDay: number;
  /** MiB a day (UTC) to the agent host. */
  readonly downloadMiBPerDay: number;
}

export interface EgressRule {
  /** Unique within the agent. A preset's rules are `<preset>/<rule>`. */
  readonly id: string;
  /** Host name, or `*.` and a domain. */
  readonly host: string;
  /** Upper case, at least one, unless `because` says why not. */
  readonly methods: readonly string[];
  /** iron-proxy path patterns, at least one, unless `because` says why not. */
  readonly paths: readonly string[];
  /** Id of the secret that iron-proxy adds to the request. */
  readonly secret?: string;
  /** Re-sign with the proxy box's own role instead of a secret (iron-proxy's `aws_auth`). */
  readonly awsAuth?: AwsAuth;
  /** `low`, `medium`, or `high`, which is shut. */
  readonly risk: Risk;
  /** How bodies are judged; absent: they aren't. */
  readonly body?: BodyRule;
  /** Headers with credentials that the agent may send itself (SEC-4). */
  readonly keepHeaders?: readonly string[];
  /** The deployer's reason for a rule wider than POL-1 allows. */
  readonly because?: string;
  /** Limits of this rule's requests, beside the agent's. */
  readonly caps?: Caps;
  /** The preset that defines it. */
  readonly preset?: string;
}

export interface AwsAuth {
  /** SigV4 service name, such as `bedrock`. */
  readonly service: string;
  /** Region that requests are signed for. */
  readonly region: string;
  /** The permissions that the proxy box's role needs: exact actions, and exact ARNs with `${partition}` and `${account}`. */
  readonly actions: readonly string[];
  /** Resource ARNs. */
  readonly resources: readonly string[];
}

export interface Secret {
  /** Unique within the agent. */
  readonly id: string;
  /** Parameter Store name, `/<stack>/<agent>/…`. */
  readonly parameter: string;
  /** Where the value goes. */
  readonly inject: Injection;
  /** How long iron-proxy may keep the value, in seconds. */
  readonly ttlSeconds: number;
}

export type Injection =
  | { readonly kind: 'header'; readonly header: string; readonly formatter: string }
  | { readonly kind: 'query'; readonly parameter: string; readonly formatter: string }
  /** The agent sends the placeholder in the path, and iron-proxy replaces it (Telegram's tokens are in the path). */
  | { readonly kind: 'path'; readonly placeholder: string };

/** An entry of `images.lock.json`: the zone of the stack in a region. */
export interface PinnedZone {
  /** Region of the stack. */
  readonly region: string;
  /** Availability Zone. */
  readonly zone: string;
}

/** An entry of `images.lock.json`: the image of one machine of one agent. */
export interface PinnedImage {
  /** Name of the agent. */
  readonly agent: string;
  /** Which of its two machines. */
  readonly machine: 'agent-host' | 'proxy-box';
  /** Region of the image. */
  readonly region: string;
  /** Such as `ami-0123456789abcdef0`. */
  readonly imageId: string;
  /** Day on which the image was made, as YYYY-MM-DD. */
  readonly created?: string;
}

/** The iron-proxy release that `airlock software pin` verified. */
export interface PinnedRelease {
  /** Version without a leading v. */
  readonly version: string;
  /** HTTPS address of the linux_arm64 archive. */
  readonly url: string;
  /** SHA-256 of that archive, lower-case hex. */
  readonly sha256: string;
}

/** One problem of a configuration, with the fields that `airlock check --json` prints. */
export interface Problem {
  /** Path of the file, as it was given. */
  readonly file: string;
  /** 1-based; 1 for the file as a whole. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** Such as `egress[1].paths[0]`; empty for the file as a whole. */
  readonly path: string;
  /** The wrong value as written; absent if a value is missing or may be a secret. */
  readonly value?: unknown;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}
