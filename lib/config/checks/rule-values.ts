import type { Problem } from '../model';
import type { ParsedAgent } from '../parsed';
import { quote } from '../quote';
import { checkHost } from '../values/host-name';
import { checkPath } from '../values/path-pattern';
import { ruleProblem } from './rule-problem';

/** Checks a preset's hosts and paths after its variables are filled in; the schema checked all others. */
export function ruleValues({ rules }: ParsedAgent): Problem[] {
  return rules
    .filter(({ preset }) => preset !== undefined)
    .flatMap((rule) => {
      const host = checkHost(rule.host);
      const paths = rule.paths.flatMap((path) => {
        const finding = checkPath(path);
        return finding ? [{ ...finding, message: `${quote(path)} ${finding.message}` }] : [];
      });
      const found = host ? [{ ...host, message: `${quote(rule.host)} ${host.message}` }] : [];
      return [
        ...found.map((finding) => ruleProblem(rule, ['host'], finding)),
        ...paths.map((finding) => ruleProblem(rule, ['paths'], finding)),
      ];
    });
}
