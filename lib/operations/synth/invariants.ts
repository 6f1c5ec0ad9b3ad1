import { judge } from '../../guardrails/judge';
import type { Finding } from '../../guardrails/rule';
import { RULES } from '../../guardrails/rules';
import { StackTemplate } from '../../guardrails/template/stack-template';
import { messageOf } from '../../message-of';

/** Whether one invariant holds in a template. */
export interface InvariantVerdict {
  /** Such as `NET-1`. */
  readonly id: string;
  readonly law: string;
  readonly held: boolean;
  /** What breaks it; empty when it holds. */
  readonly broken: readonly Finding[];
}

export type Proof =
  | { readonly ok: true; readonly invariants: readonly InvariantVerdict[] }
  | { readonly ok: false; readonly message: string };

/**
 * Holds a synthesised template against every invariant that a template can show.
 * @param agents who must be in it: laws hold for anything that isn't there, so a missing agent is a failed proof
 */
export function proveInvariants(template: unknown, agents: readonly string[]): Proof {
  try {
    const present = new Set(new StackTemplate(template).cells.map(({ agent }) => agent));
    const missing = agents.filter((agent) => !present.has(agent));
    if (missing.length > 0)
      return { ok: false, message: `nothing in the template belongs to ${missing.join(', ')}` };
    const judgements = judge(template);
    const laws = new Map(RULES.map(({ id, law }) => [id, law]));
    const invariants = [...laws].map(([id, law]) => {
      const broken = judgements
        .filter(({ invariant }) => invariant === id)
        .map(({ resource, message, fix }) => ({ resource, message, fix }));
      return { id, law, held: broken.length === 0, broken };
    });
    invariants.sort((one, other) => rank(one.id) - rank(other.id));
    return { ok: true, invariants };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

/** SECURITY.md's order; an unknown family goes last. */
const FAMILIES = ['NET', 'IAM', 'IMDS', 'SEC', 'POL', 'VOL', 'CHG', 'LOG', 'COST', 'KILL'];

function rank(id: string): number {
  const [family = '', number = ''] = id.split('-');
  const index = FAMILIES.indexOf(family);
  return (index === -1 ? FAMILIES.length : index) * 100 + Number(number);
}
