import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digests, digestsOf, EVIDENCE_NAMES, type EvidenceName } from './digests';

/** What one clean run saw, as `docs/evidence/<name>.json` keeps it. */
export interface Evidence {
  readonly format: 1;
  readonly command: string;
  /** When the run began. */
  readonly started: string;
  /** What ran as iron-proxy. */
  readonly proxyProgram: string;
  readonly success: string;
  readonly scope: string;
  readonly digests: Digests;
  /** Ids of the proofs with each verdict. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** Why nothing was to be tested, by the id of the proof. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string>>;
}

export interface EvidenceState extends Pick<Evidence, 'started' | 'proxyProgram' | 'success'> {
  readonly name: EvidenceName;
  /** What has changed since the run. Empty: it is current. Undefined: nothing here can tell. */
  readonly changed: readonly (keyof Digests)[] | undefined;
}

/** Every evidence that the kit has, and whether it is of today's policies and attempts. */
export function evidenceStates(root: string): EvidenceState[] {
  return EVIDENCE_NAMES.flatMap((name) => {
    const file = join(root, 'docs', 'evidence', `${name}.json`);
    if (!existsSync(file)) return [];
    const evidence = JSON.parse(readFileSync(file, 'utf8')) as Evidence;
    const { started, proxyProgram, success } = evidence;
    return { name, started, proxyProgram, success, changed: changedSince(evidence, digestsOf(name, root)) };
  });
}

export function changedSince(
  { digests }: Pick<Evidence, 'digests'>,
  now: Digests | undefined,
): readonly (keyof Digests)[] | undefined {
  return now && (['policies', 'attempts'] as const).filter((each) => digests[each] !== now[each]);
}

/** `lab: current, …` or `lab: stale since 2026-11-27 (attempts), …`. */
export function evidenceWords({ name, started, proxyProgram, success, changed }: EvidenceState): string {
  const day = started.slice(0, 10);
  const state =
    changed === undefined
      ? ''
      : changed.length === 0
        ? 'current, '
        : `stale (other ${changed.join(' and ')} since), `;
  return `${name}: ${state}run on ${day} with ${proxyProgram}: ${success}`;
}
