/**
 * What the provider's role may do, as data: the construct turns each into an IAM statement and adds none but the
 * right to write its own log.
 */
export interface PermissionStatement {
  /** @default none: statements that differ in their resources alone merge */
  readonly sid?: string;
  /** @default the statement allows */
  readonly effect?: 'Deny';
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  /** IAM's NotResource, instead of `resources`. */
  readonly notResources?: readonly string[];
  /** IAM conditions: operator, key, value. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why no narrower resource can be named, in a sentence: where `resources` have a wildcard. */
  readonly wildcardReason?: string;
}

export interface PermissionScope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}
