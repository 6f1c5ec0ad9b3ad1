import type { Finding } from './rule';
import { RULES } from './rules';
import { StackTemplate } from './template/stack-template';

export interface Judgement extends Finding {
  /** SECURITY.md's id, such as `NET-7`. */
  readonly invariant: string;
  readonly law: string;
}

/**
 * Holds a stack's template against every invariant. Pure; a stack without any cell has no findings.
 *
 * @throws when `template` is no CloudFormation template
 */
export function judge(template: unknown): Judgement[] {
  const stack = new StackTemplate(template);
  if (stack.cells.length === 0) {
    return [];
  }
  return RULES.flatMap(({ id, law, check }) =>
    check(stack).map((finding) => ({ ...finding, invariant: id, law })),
  );
}
