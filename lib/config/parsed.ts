import type { EgressRule, Risk, Secret } from './model';
import type { AgentFile } from './schema/agent-schema';
import type { AirlockFile } from './schema/airlock-schema';
import type { PresetKind } from './schema/preset-schema';
import type { Reading } from './schema/read';
import type { Place, Source } from './source/source';

/**
 * The parsed part of a configuration, right or wrong. The checks take it, so that one wrong value doesn't hide the other
 * problems.
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
  /** False if a preset has problems: then some rules and secrets are unknown. */
  readonly complete: boolean;
}

export interface ParsedRule extends Omit<EgressRule, 'risk'> {
  readonly risk?: Risk;
  /** Its entry in the agent's file; for a preset's rule, the entry that names the preset. */
  readonly place: Place;
  readonly kind?: PresetKind;
}

/** A secret; parameter and injection are absent if they are missing or wrong. */
export interface ParsedSecret
  extends Partial<Pick<Secret, 'parameter' | 'inject'>>,
    Pick<Secret, 'id' | 'ttlSeconds'> {
  readonly place: Place;
  /** The preset that defines it, and its kind. */
  readonly preset?: string;
  readonly kind?: PresetKind;
}

/** Seconds iron-proxy keeps a secret's value unless `ttl` says otherwise. */
export const DEFAULT_TTL_SECONDS = 15 * 60;
