import type { Finding } from './rule';
import { RULES } from './rules';
import { StackTemplate } from './template/stack-template';

export interface Judgement extends Finding {
  /** SECURITY.md's id, such as `NET-7`. */
  readonly invariant: string;
  readonly law: string;
}

/** What an examination covered, and what it found. */
export interface Examination {
  /** How many invariants, resources and agents; no invariant applies to a stack without agents. */
  readonly rules: number;
  readonly resources: number;
  readonly agents: number;
  readonly judgements: readonly Judgement[];
}

/** Ids of the invariants that a template can show. */
export const RULE_IDS: readonly string[] = [...new Set(RULES.map(({ id }) => id))];

/**
 * Holds a stack's template against every invariant. Pure; a stack without agents has no findings.
 *
 * @throws when `template` is no CloudFormation template
 */
export function examine(template: unknown): Examination {
  const stack = new StackTemplate(template);
  const agents = stack.cells.length;
  return {
    rules: agents === 0 ? 0 : RULE_IDS.length,
    resources: stack.template.resources.length,
    agents,
    judgements:
      agents === 0
        ? []
        : RULES.flatMap(({ id, law, check }) =>
            check(stack).map((finding) => ({ ...finding, invariant: id, law })),
          ),
  };
}

/** The findings of `examine`. */
export function judge(template: unknown): readonly Judgement[] {
  return examine(template).judgements;
}
