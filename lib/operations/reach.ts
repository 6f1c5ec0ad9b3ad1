import { type ReachReport, reach } from '../reach';
import { notATemplate, readTemplate } from './read-template';

export type ReachFileResult =
  /** Computed, and nothing is broken. */
  | { readonly reason: 'kept'; readonly report: ReachReport }
  /** Computed; `report.violations` says what is broken. */
  | { readonly reason: 'broken'; readonly report: ReachReport }
  /** The file can't be read or is no template. */
  | { readonly reason: 'unreadable'; readonly message: string };

/** Computes what the machines of a template file can reach. Never throws: a bad file is one clear message. */
export function reachFile(file: string): ReachFileResult {
  const read = readTemplate(file);
  if (!read.ok) return { reason: 'unreadable', message: read.message };
  const result = reach(read.template);
  return result.ok
    ? { reason: result.report.violations.length > 0 ? 'broken' : 'kept', report: result.report }
    : { reason: 'unreadable', message: notATemplate(file, result.problems) };
}
