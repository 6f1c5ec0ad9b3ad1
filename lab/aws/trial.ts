import type { Aws } from './aws-cli';
import type { Settings } from './configuration';

/** One throwaway stack and the operations of a check on it. The check's time limit ends them all. */
export interface Trial {
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  /** Such as `aws`. */
  readonly partition: string;
  readonly aws: Aws;
  /** The path of the synthesised template. */
  readonly template: string;
  /** Facts that one check passes to a later one. */
  readonly notes: Map<string, string>;
  readonly now: () => Date;
  /** Changes the configuration and writes it. */
  configure(change: (settings: Settings) => Settings): void;
  /** Writes the template. @throws with the last words of `cdk synth` */
  synth(): Promise<void>;
  /** @throws with the last words of `cdk deploy` */
  deploy(...words: readonly string[]): Promise<void>;
  /** Removes the protection and runs `cdk destroy`. @throws with the last words of `cdk destroy` */
  destroy(): Promise<void>;
  /** Runs an `airlock` command. @throws with its last words when it fails */
  airlock(words: readonly string[], input?: string): Promise<string>;
  /** Parses the output of a command with `--json`, also at exit code 1. @throws without output */
  airlockJson<T>(words: readonly string[]): Promise<T>;
  /** Runs a shell script on a machine through the Instance Connect Endpoint. @returns its output */
  inside(machine: { readonly id: string; readonly user: string }, script: string): Promise<string>;
  /** Polls until there is an answer, or the check's time is over. */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
}
