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
 * Checks a stack's template against every invariant:
 *
 * 1. The template is read as CloudFormation would deploy it (lib/reach), and its agents are found by their tags.
 * 2. Each agent's cell is put together: machines, groups, role, policy, parameters, secrets (template/cell.ts).
 * 3. Each rule (rules/index.ts) looks at the whole stack, and names the resource that breaks its law.
 *
 * The network laws of lib/reach are such rules too (rules/reach-backed.ts). Pure; a stack without agents has no findings.
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
