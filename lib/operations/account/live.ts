import type { VpcState } from '../../../constructs/provider/resources/vpc/state';
import type { Quota } from '../../quotas/quotas';

export interface LiveTransitGateway {
  readonly state: string;
  readonly owner: string;
  readonly acceptsByItself: boolean;
  /** VPCs of this account that are attached to it, this stack's own left out. */
  readonly neighbours: readonly { readonly vpc: string; readonly blocks: readonly string[] }[];
}

export interface LivePool {
  readonly state: string;
  readonly locale: string;
  readonly isIpv4: boolean;
  /** Blocks that it may give from. */
  readonly blocks: readonly string[];
  /** What it has given, this stack's own VPC left out. */
  readonly given: readonly string[];
}

/** The account that a stack is deployed into. `undefined` means that there is none. */
export interface LiveAccount {
  readonly region: string;
  readonly quota: (quota: Quota) => Promise<number>;
  /** How much of a quota is in use, this stack left out. */
  readonly used: (quota: Quota) => Promise<number>;
  readonly transitGateway: (id: string) => Promise<LiveTransitGateway | undefined>;
  readonly ipamPool: (id: string) => Promise<LivePool | undefined>;
  readonly vpc: (id: string) => Promise<VpcState | undefined>;
  /** The policy's document in force. */
  readonly boundary: (arn: string) => Promise<unknown>;
}
