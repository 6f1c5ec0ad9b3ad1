/** One line of a review. */
export interface Change {
  /** The agent's name, or the stack's. */
  readonly of: string;
  readonly kind: 'agent' | 'rule' | 'secret' | 'permission' | 'setting' | 'cost';
  /** Added, removed, changed. */
  readonly sign: '+' | '-' | '~';
  readonly what: string;
  /** What a reviewer weighs: the secret and the risk of a rule, what an edit does to a machine. */
  readonly detail?: string;
}
