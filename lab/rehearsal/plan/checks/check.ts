/** What one look at the evidence says. */
export interface Judgement {
  readonly held: boolean;
  /** What was seen, in a clause. */
  readonly saw: string;
}

/** The first that doesn't hold, or that everything did. */
export function all(
  saw: string,
  ...conditions: readonly (readonly [held: boolean, otherwise: string])[]
): Judgement {
  const broken = conditions.filter(([held]) => !held).map(([, otherwise]) => otherwise);
  return broken.length === 0 ? { held: true, saw } : { held: false, saw: broken.join('; ') };
}
