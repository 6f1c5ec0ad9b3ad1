/**
 * What is wrong with one value, before anybody knows which file it stands in. The message is a predicate
 * ("must start with …"), because the value is printed in front of it.
 */
export interface Finding {
  readonly message: string;
  readonly fix: string;
}

/** Says what is wrong with a value, or nothing. */
export interface Check<T = string> {
  (value: T): Finding | undefined;
  /** What every good value matches, for editors: a bad one may match as well. */
  readonly pattern?: RegExp;
}

/** A check whose good values match a pattern. */
export function shaped(pattern: RegExp, check: Check): Check {
  return Object.assign((value: string) => check(value), { pattern });
}

/** A check by a pattern alone. */
export function matching(pattern: RegExp, message: string, fix: string): Check {
  return shaped(pattern, (value) => (pattern.test(value) ? undefined : { message, fix }));
}

/** What a bad value matches, what that means, and what to write instead. */
export type Refusal = readonly [bad: RegExp, message: string, fix: string | ((value: string) => string)];

/** The finding of the first refusal that a value matches. */
export function refusing(refusals: readonly Refusal[]): (value: string) => Finding | undefined {
  return (value) => {
    const [, message, fix] = refusals.find(([bad]) => bad.test(value)) ?? [];
    return message && fix ? { message, fix: typeof fix === 'string' ? fix : fix(value) } : undefined;
  };
}
