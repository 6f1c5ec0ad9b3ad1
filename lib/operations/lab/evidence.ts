import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { junitOf } from '../../lab/report/junit';
import { markdownOf } from '../../lab/report/markdown';
import type { LabReport } from '../../lab/report/report';

/** Paths of files to write; each is optional. */
export interface Evidence {
  readonly json?: string;
  readonly junit?: string;
  readonly report?: string;
}

const FORMATS = {
  json: (report: LabReport) => `${JSON.stringify(report, null, 2)}\n`,
  junit: junitOf,
  report: markdownOf,
} as const;

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

export function writeEvidence(evidence: Evidence, report: LabReport): void {
  for (const [kind, file] of Object.entries(evidence) as [keyof Evidence, string | undefined][]) {
    if (file !== undefined) writeFileSync(file, FORMATS[kind](report));
  }
}
