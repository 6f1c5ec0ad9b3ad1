import type { Aws } from './aws-cli';
import type { Settings } from './configuration';

/** One throwaway stack, and what a check may do with it. Everything ends when the check's time does. */
export interface Trial {
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  /** Such as `aws`. */
  readonly partition: string;
  readonly aws: Aws;
  /** Where `cdk deploy` leaves the template. */
  readonly template: string;
  /** Facts that one check leaves for a later one. */
  readonly notes: Map<string, string>;
  readonly now: () => Date;
  /** The configuration as it stands, changed and written. */
  configure(change: (settings: Settings) => Settings): void;
  /** Writes the template. @throws with the last words of `cdk synth` */
  synth(): Promise<void>;
  /** @throws with the last words of `cdk deploy` */
  deploy(...words: readonly string[]): Promise<void>;
  /** As an operator destroys it. @throws with the last words of `cdk destroy` */
  destroy(): Promise<void>;
  /** One of the kit's own commands. @throws with its last words, unless it ended well */
  airlock(words: readonly string[], input?: string): Promise<string>;
  /** The same with `--json`, read. It may have found something wrong. @throws when it said nothing */
  airlockJson<T>(words: readonly string[]): Promise<T>;
  /** What a shell script prints on a machine, through the Instance Connect Endpoint. */
  inside(machine: { readonly id: string; readonly user: string }, script: string): Promise<string>;
  /** Looks until there is an answer; the check's time limit ends it. */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
}
