import type { AddressRange } from '../../../constructs/address/cidr';
import type { Range } from '../../../constructs/address/range';
import type { Box } from '../address/box';
import type { Control, MetadataReport, NotModelled, ResolverReport } from '../report';
import type { Resource, Template } from '../template/template';
import type { Value } from '../template/value';

/** The network of a template, read once: what flows are computed from. */
export interface Network {
  readonly template: Template;
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly machines: readonly Machine[];
  /** Interfaces of everything that isn't a machine. */
  readonly others: readonly Interface[];
  readonly notModelled: readonly NotModelled[];
  /** The subnet of each NAT gateway; for a regional one a stand-in, which is not in `subnets`. */
  readonly natSubnets: ReadonlyMap<string, Subnet>;
  readonly resolvers: ReadonlyMap<Vpc, ResolverReport>;
  /** Whether this route's target connects two VPCs. */
  joins(target: Target, a: Vpc, b: Vpc): boolean;
}

export interface Vpc {
  /** Logical id, or a description of a VPC outside the template. */
  readonly id: string;
  readonly resource?: Resource;
  /** The id of an existing VPC that the deployment checks first. */
  readonly existing?: string;
  /** Known IPv4 blocks. */
  readonly blocks: readonly AddressRange[];
  /** False when there may be further blocks. */
  readonly blocksKnown: boolean;
  readonly dnsSupport: boolean;
}

export interface Subnet {
  readonly id: string;
  readonly resource?: Resource;
  readonly vpc: Vpc;
  readonly v4: AddressRange;
  readonly v6?: AddressRange;
  /** Interfaces get an IPv6 address by default. */
  readonly assignsV6: boolean;
  /** Interfaces get a public IPv4 address by default. */
  readonly assignsPublicV4: boolean;
  readonly acl: Acl;
  /** One, unless an undecided condition chooses among several. */
  readonly tables: readonly RouteTable[];
}

/** A set of packets that a control lets through, with the widest block that its rule names. */
export interface Grant {
  readonly box: Box;
  readonly named: AddressRange;
  readonly control?: Control;
}

export interface Acl {
  readonly id: string;
  /** What gets in, by source address; the first match is already applied. */
  readonly ingress: readonly Grant[];
  /** What gets out, by destination address. */
  readonly egress: readonly Grant[];
}

export interface RouteTable {
  readonly id: string;
  readonly routes: readonly Route[];
  /** The longest prefix is already applied. Slices of unknown routes overlap the others. */
  readonly slices: readonly Slice[];
}

export interface Route {
  readonly id: string;
  /** Undefined: an unknown destination, assumed to be any. */
  readonly range?: AddressRange;
  /** False when only a deployment decides whether it exists. */
  readonly certain: boolean;
  readonly target: Target;
  readonly text: string;
}

export interface Slice {
  readonly ranges: readonly AddressRange[];
  readonly named: AddressRange;
  readonly route: Route;
}

export type Target =
  | { readonly kind: 'local' }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'egress-only-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string; readonly isPublic: boolean }
  | { readonly kind: 'interface'; readonly id: string; readonly forwards: boolean }
  | { readonly kind: 'gateway-endpoint'; readonly id: string; readonly service: string }
  | { readonly kind: 'peer'; readonly id: string }
  | { readonly kind: 'vpn'; readonly id: string }
  | { readonly kind: 'unknown'; readonly id: string };

export type RulePeer =
  | { readonly kind: 'ranges'; readonly ranges: readonly AddressRange[]; readonly known: boolean }
  | { readonly kind: 'group'; readonly key: string }
  /** The private address of one machine of this template. */
  | { readonly kind: 'machine'; readonly id: string };

export interface Rule {
  readonly control: Control;
  readonly protocols: Range<number>;
  readonly ports: Range<number>;
  readonly peer: RulePeer;
  /** The other end, as the template names it. */
  readonly peerText: string;
}

export interface Group {
  /** Logical id; `<vpc>.DefaultSecurityGroup`; or a name for a group outside the template. */
  readonly key: string;
  /** Not in the template: its rules and members are unknown. */
  readonly outside: boolean;
  readonly isDefault: boolean;
  readonly egress: readonly Rule[];
  readonly ingress: readonly Rule[];
}

export interface Interface {
  /** Logical id of the machine or resource it belongs to. */
  readonly owner: string;
  readonly kind: 'machine' | 'interface' | 'endpoint' | 'connect-endpoint';
  readonly subnet: Subnet;
  readonly groups: readonly Group[];
  readonly v4: AddressRange;
  readonly v6?: AddressRange;
  /** Why it has a public IPv4 address. */
  readonly publicV4?: string;
  /** Its traffic may have a client's address as source (Instance Connect Endpoint that preserves it). */
  readonly bearsAnyAddress?: boolean;
}

export interface Machine {
  readonly id: string;
  readonly resource: Resource;
  readonly kind: 'instance' | 'auto-scaling-group';
  readonly part?: string;
  readonly agent?: string;
  readonly interfaces: readonly Interface[];
  readonly profile?: string;
  readonly metadata: MetadataReport;
  /** Logical ids of the volumes it gets. */
  readonly volumes: readonly string[];
  /** Entries of BlockDeviceMappings. */
  readonly blockDevices: readonly Value[];
}
