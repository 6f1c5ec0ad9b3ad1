import type { Finding } from '../finding';
import type { Problem } from '../model';
import type { ParsedRule } from '../parsed';
import { quote } from '../quote';
import { type Path, problemAt, type Showing } from '../source/source';

/**
 * A problem with one rule, at the wrong part of it. For a preset's rule it is at the preset's name, because the agent's file
 * doesn't show the rule.
 */
export function ruleProblem(rule: ParsedRule, part: Path, finding: Finding, showing?: Showing): Problem {
  const { source, path } = rule.place;
  if (rule.preset === undefined) {
    return problemAt({ source, path: [...path, ...part] }, finding, showing);
  }
  const message = `brings the rule ${quote(rule.id)}, whose ${part[0] ?? 'text'} ${finding.message}`;
  return problemAt({ source, path: [...path, 'preset'] }, { message, fix: finding.fix });
}

/** How a message about another rule names this one. */
export function ruleName(rule: ParsedRule): string {
  return `rule ${quote(rule.id)} (line ${rule.place.source.locate(rule.place.path).line})`;
}
