/**
 * A claim, how to test it, and where the test must fail. A test that cannot fail shows nothing. So each proof runs on
 * what was shipped, where the claim must hold, and on weakened copies of it, where the claim must fail.
 */
export interface Proof<Run = unknown, Place extends string = string> {
  /** Never given to another proof. */
  readonly id: string;
  /** Id of the invariant in SECURITY.md, or another name of the rule that the claim belongs to. */
  readonly law: string;
  /** Reports show the proofs of a group together. */
  readonly group: string;
  /** What is tried, or what is claimed. */
  readonly title: string;
  /** What makes the claim hold, in words. @default nothing is said */
  readonly heldBy?: string;
  /** How to run it, in the terms of its room. */
  readonly run: Run;
  /** Weakened copies in which the claim must fail. Empty: nothing that the lab can weaken makes it fail. */
  readonly mustFailIn: readonly Place[];
  /** Locks of which each one must be enough when all others are open. @default none */
  readonly locks?: readonly string[];
}

/** What one run of a proof showed. */
export interface Observation {
  /**
   * `held`: the claim held. `failed`: it failed, in every part. `partly failed`: in some parts. `broken`: the test could
   * not be run. `not applicable`: there is nothing to test. `open`: versions of iron-proxy are known to differ here.
   */
  readonly result: 'held' | 'failed' | 'partly failed' | 'broken' | 'not applicable';
  readonly saw: string;
  /** Held only because the other side doesn't speak what the test needs. @default false */
  readonly unspoken?: boolean;
}

/** The first condition that does not hold, or that all do. */
export function all(
  saw: string,
  ...conditions: readonly (readonly [held: boolean, otherwise: string])[]
): Observation {
  const failed = conditions.filter(([held]) => !held).map(([, otherwise]) => otherwise);
  return failed.length === 0 ? { result: 'held', saw } : { result: 'failed', saw: failed.join('; ') };
}

/** Makes proofs that share most of their fields. @param shared what all have that don't say otherwise */
export const sharing =
  <P extends Proof>(shared: Omit<P, 'id' | 'title' | 'run'>) =>
  (id: string, title: string, run: P['run'], own: Partial<P> = {}): P =>
    ({ ...shared, id, title, run, ...own }) as P;
