import type { Cell } from './template/cell';
import type { Policy } from './template/policy';
import type { StackTemplate } from './template/stack-template';

/** One thing wrong, at one resource. */
export interface Finding {
  /** Logical id of the resource at fault; of an output or a template parameter where that is what is wrong. */
  readonly resource: string;
  /** What is wrong, and what is allowed. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /**
   * A guess from how a text looks. Only such a finding may be acknowledged.
   * @default certain
   */
  readonly isSuspicion?: boolean;
}

/** A law of the kit, as far as a template can show whether it is kept. */
export interface Rule {
  /** SECURITY.md's id of the invariant, such as `NET-7`. */
  readonly id: string;
  /** The invariant in one sentence. */
  readonly law: string;
  /** Pure: the same template, the same findings. */
  readonly check: (stack: StackTemplate) => readonly Finding[];
}

/** Makes a finding at one resource. */
export type Report = (message: string, fix: string) => Finding;

export function reportAt(resource: string): Report {
  return (message, fix) => ({ resource, message, fix });
}

/** The findings about each policy that can be read; POL-1 says so of the others. */
export function inEachPolicy(
  stack: StackTemplate,
  find: (policy: Policy, finding: Report, cell: Cell) => readonly Finding[],
): Finding[] {
  return stack.cells.flatMap((cell) => {
    const { policy } = cell;
    const at = policy?.parameters[0];
    if (policy === undefined || at === undefined || policy.problem !== undefined) return [];
    return find(policy, reportAt(at.id), cell);
  });
}
