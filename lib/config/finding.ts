/**
 * What is wrong with one value, before anybody knows which file it stands in. The message is a predicate
 * ("must start with …"), because the value is printed in front of it.
 */
export interface Finding {
  readonly message: string;
  readonly fix: string;
}

/** Says what is wrong with a value, or nothing. */
export type Check<T = string> = (value: T) => Finding | undefined;
