import type { EgressRule, Injection, Risk, Role } from '../model';
import type { PresetKind } from '../schema/preset-schema';
import type { Place, Source } from '../source/source';
import type { Mirror } from '../values/mirror-url';

/**
 * What could be understood of a configuration, sound or not. Checks that look at several settings work on it, so
 * that one bad value doesn't hide what is wrong elsewhere.
 */
export interface Draft {
  /** Absent when `airlock.yaml` could not be read. */
  readonly source?: Source;
  readonly stack?: string;
  readonly region?: string;
  readonly mirrors: Readonly<Record<'apt' | 'npm' | 'pypi', Mirror | undefined>>;
  readonly agents: readonly DraftAgent[];
}

export interface DraftAgent {
  readonly source: Source;
  readonly name?: string;
  readonly role?: Role;
  readonly rules: readonly DraftRule[];
  readonly secrets: readonly DraftSecret[];
  /** Ids that some entry of egress names, even an entry that is wrong otherwise. */
  readonly named: ReadonlySet<string>;
  /** False when a preset could not be unfolded: then some secrets and rules are not known. */
  readonly complete: boolean;
}

export interface DraftRule extends Omit<EgressRule, 'risk'> {
  readonly risk?: Risk;
  /** Its entry in the agent's file: for a preset's rule, the one that names the preset. */
  readonly place: Place;
  readonly kind?: PresetKind;
}

export interface DraftSecret {
  readonly id: string;
  /** Absent when wrong or not known. */
  readonly parameter?: string;
  readonly inject?: Injection;
  readonly ttlSeconds: number;
  readonly place: Place;
  /** The preset that brings it, and its kind. */
  readonly preset?: string;
  readonly kind?: PresetKind;
}

/** Seconds iron-proxy keeps a secret's value unless `ttl` says otherwise. */
export const DEFAULT_TTL_SECONDS = 15 * 60;
