import { pathMatches } from '../matching';

/** Whether each path that a narrower pattern matches is matched by the rule's too. No paths: the rule has all. */
export function isWithin(path: string, rule: readonly string[]): boolean {
  if (!/^\/[!-~]*$/.test(path) || /[*?[\]\\]/.test(path.replace(/\/\*$/, ''))) return false;
  if (rule.length === 0 || rule.includes(path)) return true;
  if (!path.endsWith('/*')) return pathMatches(rule, path);
  return rule.some((wide) => {
    const base = wide.slice(0, -1);
    return wide.endsWith('/*') && !/[*?[\]\\]/.test(base) && path.startsWith(base);
  });
}
