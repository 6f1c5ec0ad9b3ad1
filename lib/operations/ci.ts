import { lstatSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { reach } from '../reach';
import { lineDiff } from './ci/line-diff';
import { reviewText } from './ci/review-text';
import { writeWhole } from './lock-file';
import { type SynthResult, synth } from './synth';
import { readJson, type Template } from './synth/assembly';
import type { Surroundings } from './synth/cdk';
import { isWell, type Summary } from './synth/summary';

/** The template as a reviewer reads it, in the configuration's directory: a team commits it. */
export const SNAPSHOT = 'template.snapshot';

export type SnapshotResult =
  | { readonly state: 'same' | 'written'; readonly file: string }
  /** `diff`: lines with "-", "+" or a blank before them, in groups that begin with "@@" and the resource. */
  | { readonly state: 'changed'; readonly file: string; readonly diff: readonly string[] }
  | { readonly state: 'failed'; readonly file: string; readonly message: string };

export type CiResult =
  | Exclude<SynthResult, { readonly reason: 'synthesised' }>
  | {
      readonly reason: 'judged';
      /** Every invariant and rule pack, reach and the snapshot agree. */
      readonly passed: boolean;
      readonly summary: Summary;
      /** What lib/reach finds open, with the resource and what to do. */
      readonly open: readonly { readonly resource: string; readonly message: string; readonly fix: string }[];
      readonly snapshot: SnapshotResult;
    };

/**
 * Judges a team's configuration in four steps: check, synth with every rule pack, reach, and the comparison of the template
 * with the snapshot that the team committed. Contacts no AWS account.
 * @param update writes the snapshot anew; it is also written when there is none
 */
export async function ci(config: string, from: Surroundings, now: Date, update: boolean): Promise<CiResult> {
  const result = await synth(config, from, now);
  if (result.reason !== 'synthesised') return result;
  const { summary } = result;
  const template = readJson<Template>(resolve(from.cwd, summary.template.file)) ?? {};
  const reached = reach(template);
  if (!reached.ok) return { reason: 'unreadable', message: reached.problems.join('; ') };
  const open = reached.report.violations.map(({ resource, message, fix }) => ({ resource, message, fix }));
  const snapshot = compare(resolve(from.cwd, config), reviewText(template), from.cwd, update);
  const isKept = snapshot.state === 'same' || snapshot.state === 'written';
  return {
    reason: 'judged',
    passed: isWell(summary) && open.length === 0 && isKept,
    summary,
    open,
    snapshot,
  };
}

function compare(directory: string, text: string, cwd: string, update: boolean): SnapshotResult {
  const path = join(directory, SNAPSHOT);
  const file = relative(cwd, path);
  const isThere = lstatSync(path, { throwIfNoEntry: false });
  if (isThere && !isThere.isFile())
    return { state: 'failed', file, message: `${file} is not a regular file: remove it` };
  if (isThere && !update) {
    const before = readFileSync(path, 'utf8');
    return before === text
      ? { state: 'same', file }
      : { state: 'changed', file, diff: lineDiff(before, text) };
  }
  const written = writeWhole(directory, SNAPSHOT, text);
  return written.reason === 'unwritable'
    ? { state: 'failed', file, message: `${written.message}: ${written.fix}` }
    : { state: written.reason === 'current' ? 'same' : 'written', file };
}
