import type { GatePolicy } from '../gate/policy';
import type { FrontSettings } from './front';
import type { Rule } from './rule';
import type { ProxyConfig } from './schema';

/** A policy bundle that may go into force. */
export interface Bundle {
  readonly config: ProxyConfig;
  readonly airlock: Airlock;
  readonly gate: GatePolicy;
}

export interface Airlock {
  readonly format: 1;
  readonly agent: string;
  readonly front: FrontSettings;
  readonly secrets: readonly {
    readonly id: string;
    readonly parameter: string;
    readonly rules: readonly Rule[];
  }[];
  readonly shut: readonly Rule[];
  /** Secrets of high-risk rules alone. */
  readonly sealed: readonly SealedSecret[];
}

/** As in iron-proxy's document, without rules. */
export interface SealedSecret {
  readonly id: string;
  readonly source: { readonly name: string };
  readonly [more: string]: unknown;
}
