import { isWell, type ProofReport } from './judge';

/** A table of facts below the proofs. */
export interface Table {
  readonly title: string;
  /** A sentence above it. @default none */
  readonly note?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a reader is shown of any run. The terminal, Markdown and JUnit output are made from it. */
export interface Report {
  /** The command that ran: `airlock lab`. */
  readonly command: string;
  readonly title: string;
  /** What ran, and what the run can't show: no reader may overlook it. */
  readonly scope: string;
  readonly started: string;
  /** What ran as iron-proxy. @default the proxy boxes did not run */
  readonly proxyProgram?: string;
  readonly seconds: number;
  readonly proofs: readonly ProofReport[];
  /** What the last line says of a run that passed. */
  readonly success: string;
  /** What makes the run fail besides its proofs, one sentence each. */
  readonly problems: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tables: readonly Table[];
}

/** Whether the run passed: a proof holds, none fails, and nothing else is wrong. */
export function passes({ proofs, problems }: Pick<Report, 'proofs' | 'problems'>): boolean {
  return problems.length === 0 && isWell(proofs);
}

/** Groups in the order of their first proof. */
export function groupsOf(proofs: readonly ProofReport[]): { group: string; proofs: ProofReport[] }[] {
  const groups = new Map<string, ProofReport[]>();
  for (const each of proofs) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return [...groups].map(([group, own]) => ({ group, proofs: own }));
}
