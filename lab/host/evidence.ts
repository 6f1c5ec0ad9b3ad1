import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { junitOf } from '../proof/junit';
import { markdownOf } from '../proof/markdown';
import type { Report } from '../proof/report';

/** Paths of files to write; each is optional. */
export interface Evidence {
  /** The verdicts, for build servers. */
  readonly junit?: string;
  /** Markdown. */
  readonly report?: string;
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

export function writeEvidence({ junit, report: markdown }: Evidence, report: Report): void {
  if (junit !== undefined) writeFileSync(junit, junitOf(report));
  if (markdown !== undefined) writeFileSync(markdown, markdownOf(report));
}
