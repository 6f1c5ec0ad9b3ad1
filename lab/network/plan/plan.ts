import type { Group, Machine, Network, Subnet } from '../../../lib/reach/network/model';
import type { ResolverReport } from '../../../lib/reach/report';
import type { Pages } from './metadata-pages';

/** One machine, endpoint or gateway of the stack: a namespace with one link to the router. */
export interface Station {
  /** Short and safe: the last part of its namespace's name. */
  readonly name: string;
  /** What people call it: `agent-host of scout`. */
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
  /** The IPv6 address it would have: hostile packets bear it anyway. */
  readonly v6IfAny: string;
  /** Documentation address that stands for its public one. */
  readonly publicV4?: string;
  readonly publicIfAny: string;
  /** Whether AWS drops what isn't from it or to it. */
  readonly sourceCheck: boolean;
  /** Undefined: no security group guards it (NAT gateways). */
  readonly groups?: readonly Group[];
}

/** A resolver, instance metadata and time, as AWS puts them on every link. */
export interface Services {
  readonly resolver: ResolverReport;
  /** Base of the VPC plus two, and 169.254.169.253. */
  readonly resolvers: readonly string[];
  readonly metadata: readonly MetadataService[];
}

export interface MetadataService {
  readonly id: string;
  readonly link: string;
  /** Behind the router, 169.254.169.254 of this machine has an address of its own: nobody can ask for another's. */
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
  /** Public resolvers the template names; the lab's internet answers for them under documentation addresses. */
  readonly namedResolvers: readonly string[];
  readonly v6: boolean;
  readonly vpcBlocks: readonly string[];
}

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  /** Each names a resource that the lab would have to leave out. */
  | { readonly ok: false; readonly problems: readonly string[] };
