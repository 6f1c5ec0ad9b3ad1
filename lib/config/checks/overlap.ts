import type { Problem } from '../model';
import type { ParsedAgent, ParsedRule } from '../parsed';
import { quote } from '../quote';
import { methodsMeet } from '../values/http-method';
import { pathsOverlap } from '../values/path-overlap';
import { hostsOverlap } from '../values/shared-hosts';
import { ruleName, ruleProblem } from './rule-problem';

/** Most problems to report: one wide rule can overlap two hundred others. */
const MOST = 20;

/**
 * Rules that can match the same request. With different credentials, iron-proxy sends both or the wrong one. With different
 * risks, the lower one lets the request pass without a grant.
 */
export function overlap({ rules }: ParsedAgent): Problem[] {
  const problems: Problem[] = [];
  for (const [index, rule] of rules.entries()) {
    for (const earlier of rules.slice(0, index)) {
      if (problems.length >= MOST) {
        return problems;
      }
      const found = conflict(earlier, rule) ?? bypass(earlier, rule) ?? bypass(rule, earlier);
      if (found) {
        problems.push(found);
      }
    }
  }
  return problems;
}

function conflict(earlier: ParsedRule, rule: ParsedRule): Problem | undefined {
  const [first, second] = [credential(earlier), credential(rule)];
  if (first === undefined || second === undefined || first === second || !canMatchTheSame(earlier, rule)) {
    return undefined;
  }
  const part = rule.secret === undefined ? 'awsAuth' : 'secret';
  return ruleProblem(rule, [part], {
    message: `would go out together with ${first}: ${ruleName(earlier)} can match the same request`,
    fix: 'make hosts, methods or paths of the two rules differ, or give them one secret',
  });
}

function bypass(high: ParsedRule, other: ParsedRule): Problem | undefined {
  if (high.risk !== 'high' || other.risk === 'high' || !canMatchTheSame(high, other)) {
    return undefined;
  }
  return ruleProblem(high, ['risk'], {
    message: `has no effect: ${ruleName(other)} lets the same request through without a grant`,
    fix: 'narrow the other rule, or make it high too',
  });
}

function credential({ secret, awsAuth }: ParsedRule): string | undefined {
  if (secret !== undefined) {
    return `the secret ${quote(secret)}`;
  }
  return awsAuth && `a signature for ${awsAuth.service} in ${awsAuth.region}`;
}

function canMatchTheSame(a: ParsedRule, b: ParsedRule): boolean {
  return hostsOverlap(a.host, b.host) && methodsMeet(a.methods, b.methods) && pathsMeet(a.paths, b.paths);
}

function pathsMeet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((left) => b.some((right) => pathsOverlap(left, right)));
}
