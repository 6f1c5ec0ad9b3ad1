import type { EgressRule, Secret } from '../config/model';

/** The parts of the configuration that decide a request: on a proxy box the gate has these alone, from its policy. */
export interface DecidedAgent {
  readonly egress: readonly EgressRule[];
  readonly secrets: readonly Pick<Secret, 'id' | 'inject'>[];
}

export interface DecidedNetwork {
  /** IPv4 block of the VPC. */
  readonly network: { readonly cidr: string };
}
