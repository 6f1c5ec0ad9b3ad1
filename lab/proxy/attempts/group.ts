import type { ProxyAttempt } from '../plan/attempt';

type Common = Pick<ProxyAttempt, 'group' | 'law' | 'heldBy' | 'mustFailIn' | 'through' | 'alone'>;
type Own = Pick<ProxyAttempt, 'id' | 'title' | 'run' | 'conditions'> & Partial<Common>;

/** Attempts that share what they attack. */
export const group = (common: Common, attempts: readonly Own[]): ProxyAttempt[] =>
  attempts.map((own) => ({ ...common, ...own }));
