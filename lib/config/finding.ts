/**
 * What is wrong with one value, apart from its file and position. The message is a predicate ("must start with …"): the
 * printed problem puts the value in front of it.
 */
export interface Finding {
  readonly message: string;
  readonly fix: string;
}

/** Returns what is wrong with a value; undefined if nothing is. */
export interface Check<T = string> {
  (value: T): Finding | undefined;
  /** Every accepted value matches it; some refused ones do too. Editors use it. */
  readonly pattern?: RegExp;
}

/** A check with the pattern that its accepted values match. */
export function shaped(pattern: RegExp, check: Check): Check {
  return Object.assign((value: string) => check(value), { pattern });
}

/** A check that accepts exactly what a pattern matches. */
export function matching(pattern: RegExp, message: string, fix: string): Check {
  return shaped(pattern, (value) => (pattern.test(value) ? undefined : { message, fix }));
}

/** A pattern of bad values, the message, and the fix. */
export type Refusal = readonly [bad: RegExp, message: string, fix: string | ((value: string) => string)];

/** The finding of the first refusal that a value matches. */
export function refusing(refusals: readonly Refusal[]): (value: string) => Finding | undefined {
  return (value) => {
    const [, message, fix] = refusals.find(([bad]) => bad.test(value)) ?? [];
    return message && fix ? { message, fix: typeof fix === 'string' ? fix : fix(value) } : undefined;
  };
}
