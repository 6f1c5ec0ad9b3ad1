import type { EgressRule } from '../config/model';
import { hostMatches, methodMatches } from './matching';

/** The first part that no rule matches: host, method or path. */
export function whyNoRule(
  inForce: readonly EgressRule[],
  { host, method }: { readonly host: string; readonly method: string },
): string {
  const sameHost = inForce.filter((rule) => hostMatches(rule.host, host));
  if (sameHost.length === 0) {
    const otherwise = inForce.some((rule) => hostMatches(rule.host, host.toLowerCase()));
    return otherwise
      ? 'hosts are compared letter by letter: write the host in lower case, as its rule does'
      : 'no rule in force names the host, and a request without a rule is refused';
  }
  const sameMethod = sameHost.filter((rule) => methodMatches(rule.methods, method));
  if (sameMethod.length === 0) {
    const known = [...new Set(sameHost.flatMap((rule) => rule.methods))].join(', ');
    const spelling = methodMatches(
      [...new Set(sameHost.flatMap((rule) => rule.methods))],
      method.toUpperCase(),
    )
      ? '; methods are compared as sent, and this one is not in capitals'
      : '';
    return `rules name the host, but for other methods (${known})${spelling}`;
  }
  return `rules name the host and the method, but none of their paths matches (${sameMethod.map((rule) => rule.id).join(', ')})`;
}
