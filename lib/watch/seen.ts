import type { SignalId } from '../config/values/signals';

/** A signal that reached the watch function. */
export interface Seen {
  readonly signal: SignalId;
  /** Absent where it is of the stack. */
  readonly agent?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How often, where that is told later. @default 1, now */
  readonly again?: number;
  readonly saw: string;
}
