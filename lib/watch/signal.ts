import type { Baseline } from '../config/model';
import type { LimitId, Mode, SignalId } from '../config/values/signals';

/** A record of the gate, as its fields came. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a signal saw. */
export interface Raised {
  /** In words. What the agent chose is in them only by `quoted`. */
  readonly saw: string;
  /** What is told apart within a signal, such as a rule. @default everything is one */
  readonly key?: string;
  /** Whether each time may be of something else: then the end of an hour names some, and not the last alone. */
  readonly each?: true;
}

/** Judges records one after another. Its state is small and bounded, and it takes the time from the records. */
export interface Detector {
  /** @param at Milliseconds since the epoch, from the record. */
  see(record: Fields, at: number): Raised | undefined;
}

/** The number above which the signal is raised. */
export type LimitOf = (id: LimitId) => number;
/** The usual use of the agent's rules, once a person has ratified it. */
export type UsualOf = () => Baseline['rules'] | undefined;

export interface Signal {
  readonly id: SignalId;
  /** What happened, as the rest of a sentence that begins with the agent's name. */
  readonly title: string;
  /** The mode without a setting. */
  readonly mode: Mode;
  /**
   * Who raises it. `gate`: by the detector, from records. `warden`: by a line of its own. `function`: the watch function,
   * from what AWS tells it.
   */
  readonly from: 'gate' | 'warden' | 'function';
  /** What to run first; AGENT stands for the agent's name. */
  readonly command: string;
  readonly detector?: (limit: LimitOf, usual: UsualOf) => Detector;
}
