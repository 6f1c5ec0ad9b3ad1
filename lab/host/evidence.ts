import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { digestsOf } from '../../lib/evidence/digests';
import type { Evidence as Kept } from '../../lib/evidence/evidence';
import { countsAs } from '../proof/judge';
import { junitOf } from '../proof/junit';
import { markdownOf } from '../proof/markdown';
import { passes, type Report } from '../proof/report';

/** Paths of files to write; each is optional. */
export interface Evidence {
  /** The verdicts, for build servers. */
  readonly junit?: string;
  /** Markdown. */
  readonly report?: string;
  /** What was seen, with digests of what it rests on: for `docs/evidence`. Only a run that passes writes it. */
  readonly evidence?: string;
}

/** The first file that can't be written, checked before anything is built; undefined if all can. */
export function evidenceProblem(evidence: Evidence): string | undefined {
  for (const file of Object.values(evidence)) {
    if (file === undefined) continue;
    try {
      accessSync(dirname(file), constants.W_OK);
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
        return `${file} is a directory: name a file`;
    } catch {
      return `${file} can't be written: make its directory first`;
    }
  }
  return undefined;
}

export function writeEvidence({ junit, report: markdown, evidence }: Evidence, report: Report): void {
  if (junit !== undefined) writeFileSync(junit, junitOf(report));
  if (markdown !== undefined) writeFileSync(markdown, markdownOf(report));
  if (evidence !== undefined && passes(report))
    writeFileSync(evidence, `${JSON.stringify(kept(report), undefined, 2)}\n`);
}

function kept({ command, started, proxyProgram = 'none', success, scope, proofs, facts }: Report): Kept {
  const digests = digestsOf(command === 'airlock lab' ? 'lab' : 'rehearsal', packageRoot());
  if (digests === undefined)
    throw new Error("evidence is of the kit's own test configuration: run it in a checkout");
  const verdicts: Record<string, string> = {};
  for (const { verdict, id } of proofs) verdicts[verdict] = `${verdicts[verdict] ?? ''} ${id}`.trim();
  const skipped = proofs.filter((each) => countsAs(each) === 'skipped');
  return {
    ...{ format: 1, command, started, proxyProgram, success, scope, digests, verdicts },
    reasons: Object.fromEntries(skipped.map(({ id, saw }) => [id, saw])),
    facts: Object.fromEntries(facts.filter(([name]) => !['template', 'started'].includes(name))),
  };
}
