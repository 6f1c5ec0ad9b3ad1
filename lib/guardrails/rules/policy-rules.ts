import { fieldOf, listOf } from '../../json';
import { allowlistOf, describeRule, type LooseRule, rulesOf } from '../../policy/document/loose';
import type { Finding, Report } from '../rule';
import type { Policy } from '../template/policy';

/** Findings about single rules of an allowlist. */
export function ruleFindings(policy: Policy, finding: Report): Finding[] {
  const found: Finding[] = [];
  const shut = rulesOf(fieldOf(policy.warden, 'shut'));
  const excused = excuses(policy);
  for (const rule of allowlistOf(policy.proxy)) {
    const what = describeRule(rule);
    if (rule.host === '' || rule.fields.includes('cidr') || /^\*?\.?[^.]*$/.test(rule.host)) {
      found.push(
        finding(`the rule ${what} doesn't name one host or the names below a domain`, 'name the host'),
      );
    }
    if (rule.methods.includes('*') || rule.methods.includes('CONNECT')) {
      found.push(finding(`the rule ${what} allows tunnels or any method`, 'name the methods'));
    }
    if (!excused.has(rule.key) && (rule.methods.length === 0 || rule.paths.length === 0)) {
      found.push(
        finding(
          `the rule ${what} is wider than one may be without a reason`,
          'name methods and paths, or say why not in because',
        ),
      );
    }
    if (shut.some((one) => one.key === rule.key)) {
      found.push(
        finding(`the high-risk rule ${what} is in force without a grant`, 'leave it to airlock.shut'),
      );
    }
  }
  return found;
}

/** Rules that the deployer gave a reason for, which the bundle records under `airlock.wide`: `{host, …, because}`. */
export function excuses(policy: Policy): ReadonlySet<LooseRule['key']> {
  const wide = listOf(fieldOf(policy.warden, 'wide')).filter(
    (rule) => String(fieldOf(rule, 'because') ?? '').trim() !== '',
  );
  return new Set(rulesOf(wide).map(({ key }) => key));
}
