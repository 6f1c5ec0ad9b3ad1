import type { Range } from '../../constructs/address/range';

/** What lets traffic pass: a rule of a security group, an entry of a network ACL, a route, or the like. */
export interface Control {
  readonly kind: 'security-group' | 'network-acl' | 'route' | 'address' | 'dns-firewall' | 'metadata-options';
  /** Logical id of the resource in the template. */
  readonly id: string;
  /** The rule itself, such as `egress tcp 443 to 0.0.0.0/0`. */
  readonly rule: string;
}

export type PartyKind =
  | 'machine'
  /** An AWS network interface of no machine: load balancer, database, function … */
  | 'interface'
  /** Anything else that is in this subnet, or may be later. */
  | 'subnet'
  | 'internet'
  /** Interface or gateway endpoint of an AWS service. */
  | 'endpoint'
  | 'connect-endpoint'
  | 'vpc-resolver'
  | 'imds'
  | 'time-sync'
  | 'peer'
  | 'vpn'
  /** Behind a route, subnet or gateway that the template doesn't describe: anywhere. */
  | 'unknown';

export interface Party {
  readonly kind: PartyKind;
  /** Logical id, if there is a resource. */
  readonly id?: string;
  /** Its addresses, if rules name them. */
  readonly cidr?: string;
}

/** One line of the report: what a machine can reach, or what can reach it. */
export interface Destination {
  readonly direction: 'outbound' | 'inbound';
  /** The other end: the destination (outbound) or the source (inbound). */
  readonly destination: Party;
  /** `all`, `tcp`, `udp`, `icmp`, `icmpv6`, `protocol 50` … */
  readonly protocol: string;
  /** Destination ports as `[from, to]`, sorted and joined. */
  readonly ports: readonly Range<number>[];
  /**
   * Source ports to which replies come back, if a network ACL lets through fewer than the usual ephemeral ports; empty if
   * no reply comes back. Absent for ordinary two-way traffic.
   */
  readonly replyPorts?: readonly Range<number>[];
  readonly controls: readonly Control[];
}

export interface ResolverReport {
  /** `off`: no DNS support; `blocked`: a DNS firewall answers nothing and fails closed; `open`: it answers. */
  readonly state: 'off' | 'blocked' | 'open';
  readonly why: string;
  readonly queriesLogged: boolean;
}

export interface MetadataReport {
  /** Whether the instance metadata service answers at all. */
  readonly endpoint: boolean;
  /** Whether it requires session tokens (IMDSv2). False when the template doesn't say so. */
  readonly tokensRequired: boolean;
  /** Undefined when the template doesn't say; the image may then raise it to 2. */
  readonly hopLimit?: number;
}

export interface MachineReport {
  readonly id: string;
  readonly kind: 'instance' | 'auto-scaling-group';
  /** The `airlock:part` tag. */
  readonly part?: string;
  /** The `airlock:agent` tag. */
  readonly agent?: string;
  readonly subnets: readonly string[];
  /** Why it has a public IPv4 address; absent when it has none. */
  readonly publicAddress?: string;
  readonly ipv6: boolean;
  /** Why it has an instance profile; absent when it has none. */
  readonly profile?: string;
  readonly resolver: ResolverReport;
  readonly metadata: MetadataReport;
  readonly destinations: readonly Destination[];
}

/** A broken law: an invariant of SECURITY.md for the kit's own machines, a general one for all others. */
export interface Violation {
  readonly invariant: string;
  /** Logical id. */
  readonly resource: string;
  readonly message: string;
  readonly fix: string;
}

/** A resource in the network whose traffic isn't computed, so the report may lack some. */
export interface NotModelled {
  readonly resource: string;
  readonly type: string;
  readonly why: string;
}

export interface ReachReport {
  readonly machines: readonly MachineReport[];
  readonly violations: readonly Violation[];
  readonly notModelled: readonly NotModelled[];
  /** What was assumed where the template alone doesn't tell: always the worst case. */
  readonly assumptions: readonly string[];
}

export type ReachResult =
  | { readonly ok: true; readonly report: ReachReport }
  /** Every reason why the argument is no CloudFormation template. */
  | { readonly ok: false; readonly problems: readonly string[] };

export interface ReachOptions {
  /** Values of template parameters; for one without, its default is assumed. */
  readonly parameters?: Readonly<Record<string, string>>;
}
