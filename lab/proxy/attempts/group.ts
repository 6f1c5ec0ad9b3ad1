import type { DoorAttempt } from '../plan/attempt';

type Common = Pick<DoorAttempt, 'group' | 'invariant' | 'stops' | 'weakened' | 'through' | 'alone'>;
type Own = Pick<DoorAttempt, 'id' | 'title' | 'steps'> & Partial<Common> & Pick<DoorAttempt, 'world'>;

/** Attempts that share what they attack. */
export const group = (common: Common, attempts: readonly Own[]): DoorAttempt[] =>
  attempts.map((own) => ({ ...common, ...own }));
