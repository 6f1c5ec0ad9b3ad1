import { fieldOf, listOf } from '../../json';
import { allowlistOf, describeRule, type LooseRule, rulesOf } from '../../policy/document/loose';
import type { Finding, Report } from '../rule';
import type { Policy } from '../template/policy';

/** Rules without methods or paths, for which nobody gave a reason. */
export function tooWide(policy: Policy, finding: Report): Finding[] {
  const excused = excuses(policy);
  return allowlistOf(policy.proxy)
    .filter(({ key, methods, paths }) => !excused.has(key) && (methods.length === 0 || paths.length === 0))
    .map((rule) =>
      finding(
        `the rule ${describeRule(rule)} is wider than one may be without a reason`,
        'name methods and paths, or say why not in because',
      ),
    );
}

/** Rules that the deployer gave a reason for, which the bundle records under `airlock.wide`: `{host, …, because}`. */
export function excuses(policy: Policy): ReadonlySet<LooseRule['key']> {
  const wide = listOf(fieldOf(policy.warden, 'wide')).filter(
    (rule) => String(fieldOf(rule, 'because') ?? '').trim() !== '',
  );
  return new Set(rulesOf(wide).map(({ key }) => key));
}
