import type { Agent, Airlock } from '../../config/model';
import type { InvariantVerdict } from '../synth/invariants';
import type { Live } from './live';

/** What a check may look at. */
export interface Subject {
  readonly airlock: Airlock;
  readonly agent: Agent;
  /** Every invariant, as the synthesised template keeps or breaks it. */
  readonly invariants: readonly InvariantVerdict[];
  /** The agent host's user data from the template, unpacked. */
  readonly userData: string;
  /** The deployed stack. @default not asked, and checks that need it are not applicable */
  readonly live?: Live;
  readonly now: Date;
}

export type Verdict =
  | { readonly result: 'pass'; readonly reason: string }
  | { readonly result: 'fail'; readonly reason: string; readonly fix: string }
  /** Nothing does this for the agent; `fix` is what a person does instead. */
  | { readonly result: 'gap'; readonly reason: string; readonly fix: string }
  | { readonly result: 'not applicable'; readonly reason: string };

/** One thing to check before an agent is left alone overnight. */
export interface PreflightCheck {
  readonly id: string;
  /** What is true when it passes. */
  readonly title: string;
  readonly run: (subject: Subject) => Verdict | Promise<Verdict>;
}

export const pass = (reason: string): Verdict => ({ result: 'pass', reason });
export const fail = (reason: string, fix: string) => ({ result: 'fail', reason, fix }) as const;
export const gap = (reason: string, fix: string): Verdict => ({ result: 'gap', reason, fix });
export const notApplicable = (reason: string): Verdict => ({ result: 'not applicable', reason });

/** The verdict on some invariants together: the first that is broken, or undefined. */
export function broken({ invariants }: Subject, ids: readonly string[]): Verdict | undefined {
  for (const id of ids) {
    const verdict = invariants.find((each) => each.id === id);
    const finding = verdict?.broken[0];
    if (verdict === undefined) return fail(`${id} was not judged`, 'run `npx airlock synth` again');
    if (finding) return fail(`${id} is broken: ${finding.message}`, finding.fix);
  }
  return undefined;
}
