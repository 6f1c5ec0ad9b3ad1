import type { EgressRule, Risk, Secret } from './model';
import type { AgentFile } from './schema/agent-schema';
import type { AirlockFile } from './schema/airlock-schema';
import type { PresetKind } from './schema/preset-schema';
import type { Reading } from './schema/read';
import type { Place, Source } from './source/source';

/**
 * A configuration as far as it parsed, right or wrong. Checks that look at several settings take it, so that one wrong
 * value doesn't hide what is wrong elsewhere.
 */
export interface Parsed {
  /** Absent when `airlock.yaml` could not be read. */
  readonly airlock?: ParsedAirlock;
  readonly agents: readonly ParsedAgent[];
}

export interface ParsedAirlock extends Reading<AirlockFile> {
  readonly source: Source;
}

export interface ParsedAgent extends Reading<AgentFile> {
  readonly source: Source;
  readonly rules: readonly ParsedRule[];
  readonly secrets: readonly ParsedSecret[];
  /** False when a preset could not be unfolded: then some rules and secrets are unknown. */
  readonly complete: boolean;
}

export interface ParsedRule extends Omit<EgressRule, 'risk'> {
  readonly risk?: Risk;
  /** Its entry in the agent's file: for a preset's rule, the one that names the preset. */
  readonly place: Place;
  readonly kind?: PresetKind;
}

/** Without the parameter or the injection that is missing or wrong. */
export interface ParsedSecret
  extends Partial<Pick<Secret, 'parameter' | 'inject'>>,
    Pick<Secret, 'id' | 'ttlSeconds'> {
  readonly place: Place;
  /** The preset that brings it, and its kind. */
  readonly preset?: string;
  readonly kind?: PresetKind;
}

/** Seconds iron-proxy keeps a secret's value unless `ttl` says otherwise. */
export const DEFAULT_TTL_SECONDS = 15 * 60;
