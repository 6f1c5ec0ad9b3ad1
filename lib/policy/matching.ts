import { toBytes } from './bytes';
import { stripPort } from './host-port';
import { pathMatch } from './path-match';

/** What iron-proxy's allowlist and secrets compare with a request (`test/fixtures/decisions.yaml` has the cases). */
export interface Pattern {
  readonly host: string;
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

/**
 * `*` is every host, `*.example.com` is `example.com` and everything below it; others go through `path.Match`. Letter case
 * counts: rules are lower case, so a Host in other case has no rule.
 */
export function hostMatches(pattern: string, host: string): boolean {
  const glob = toBytes(pattern);
  const name = stripPort(host);
  if (glob === '*') return true;
  if (glob.startsWith('*.')) return name.endsWith(glob.slice(1)) || name === glob.slice(2);
  return pathMatch(pattern, name) === 'match';
}

/** iron-proxy upper-cases the list but not the request's method: `get` matches nothing. No list, or `*` alone, is all. */
export function methodMatches(methods: readonly string[], method: string): boolean {
  if (methods.length === 0 || (methods.length === 1 && methods[0] === '*')) return true;
  return methods.some((allowed) => allowed.toUpperCase() === method);
}

/** A pattern that ends in `/*` matches everything below, and the path before the slash; others go through `path.Match`. */
export function pathMatches(patterns: readonly string[], path: string): boolean {
  return (
    patterns.length === 0 ||
    patterns.some((pattern) => {
      if (!pattern.endsWith('/*')) return pathMatch(pattern, path) === 'match';
      const base = toBytes(pattern.slice(0, -2));
      return path === base || path.startsWith(`${base}/`);
    })
  );
}

/** `host` may include a port; `path` is a decoded byte string. */
export function matches(pattern: Pattern, host: string, method: string, path: string): boolean {
  return (
    hostMatches(pattern.host, host) &&
    methodMatches(pattern.methods, method) &&
    pathMatches(pattern.paths, path)
  );
}
