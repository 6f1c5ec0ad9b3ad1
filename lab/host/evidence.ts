import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { junitOf } from '../proof/report/junit';
import { markdownOf } from '../proof/report/markdown';
import type { LabReport } from '../proof/report/report';

/** Paths of files to write; each is optional. */
export interface Evidence {
  readonly junit?: string;
  readonly report?: string;
}

/** How a report becomes each kind of file. */
export type Formats<R> = Readonly<Record<keyof Evidence, (report: R) => string>>;

const LAB: Formats<LabReport> = { junit: junitOf, report: markdownOf };

/** Whether every file could be written, asked before anything is built; the message names the first that can't. */
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

export function writeLabEvidence(evidence: Evidence, report: LabReport): void {
  writeEvidence(evidence, report, LAB);
}

export function writeEvidence<R>(evidence: Evidence, report: R, formats: Formats<R>): void {
  for (const [kind, file] of Object.entries(evidence) as [keyof Evidence, string | undefined][]) {
    if (file !== undefined) writeFileSync(file, formats[kind](report));
  }
}
