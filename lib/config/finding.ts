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
