import type { Group, Machine, Network, Subnet } from '../../../lib/reach/network/model';
import type { ResolverReport } from '../../../lib/reach/report';
import type { Pages } from './metadata-pages';

/** A machine, endpoint or gateway of the stack: a namespace with one link to the router. */
export interface Station {
  /** The last part of its namespace's name. */
  readonly name: string;
  /** For reports: `agent-host of scout`. */
  readonly title: string;
  readonly kind: 'machine' | 'connect-endpoint' | 'endpoint' | 'nat-gateway';
  /** Logical id in the template. */
  readonly id: string;
  readonly machine?: Machine;
  readonly subnet: Subnet;
  /** The router's end of the link. */
  readonly link: string;
  readonly v4: string;
  /** Its address if it has one. */
  readonly v6?: string;
  /** The IPv6 address it would have: hostile packets use it anyway. */
  readonly v6IfAny: string;
  /** Documentation address in the place of its public one. */
  readonly publicV4?: string;
  readonly publicIfAny: string;
  /** AWS's source/destination check. */
  readonly sourceCheck: boolean;
  /** Undefined: it has no security groups (NAT gateways). */
  readonly groups?: readonly Group[];
}

/** AWS's services on every link: resolver, instance metadata, time. */
export interface Services {
  readonly resolver: ResolverReport;
  /** Base of the VPC plus two, and 169.254.169.253. */
  readonly resolvers: readonly string[];
  readonly metadata: readonly MetadataService[];
}

export interface MetadataService {
  readonly id: string;
  readonly link: string;
  /** Behind the router, the metadata of each machine has its own address, so that no machine can ask for another's. */
  readonly address: string;
  readonly privateAddress: string;
  readonly endpoint: boolean;
  readonly tokensRequired: boolean;
  readonly hopLimit: number;
  readonly role?: string;
  readonly hardwareAddress: string;
  /** User data is among them. */
  readonly pages: Pages;
}

/** Everything that the lab builds for one template. */
export interface Plan {
  readonly network: Network;
  readonly stations: readonly Station[];
  readonly subnets: readonly Subnet[];
  readonly services: Services;
  /** Public resolvers that the template names; the lab's internet answers in their place. */
  readonly namedResolvers: readonly string[];
  readonly v6: boolean;
  readonly vpcBlocks: readonly string[];
}

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  /** Each names a resource that the lab can't build. */
  | { readonly ok: false; readonly problems: readonly string[] };
