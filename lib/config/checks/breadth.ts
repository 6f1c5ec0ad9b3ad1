import type { Finding } from '../finding';
import type { Problem } from '../model';
import type { ParsedAgent, ParsedRule } from '../parsed';
import { quote } from '../quote';
import { onlyReads } from '../values/http-method';
import { modelVendor } from '../values/model-hosts';
import { tenantSegments } from '../values/shared-hosts';
import { ruleProblem } from './rule-problem';

const REASON = 'or say in because why it has to be so wide';

/** POL-1, MOD-1: a wide rule needs a reason. A wildcard host with a credential is refused, with a reason too. */
export function breadth({ rules }: ParsedAgent): Problem[] {
  return rules.flatMap((rule) => [...exposed(rule), ...(rule.because === undefined ? wide(rule) : [])]);
}

/** The owner of any host below the wildcard would receive the credential. */
function exposed(rule: ParsedRule): Problem[] {
  const credential = rule.secret === undefined ? rule.awsAuth && 'awsAuth' : 'secret';
  return rule.host.startsWith('*.') && credential
    ? [
        ruleProblem(rule, [credential], {
          message: `would be sent to every host that ${quote(rule.host)} matches`,
          fix: 'name the one host that needs it',
        }),
      ]
    : [];
}

function wide(rule: ParsedRule): Problem[] {
  const problems: Problem[] = [];
  const report = (part: (string | number)[], finding: Finding) =>
    problems.push(ruleProblem(rule, part, finding));
  if (rule.methods.length === 0) {
    report(['methods'], {
      message: 'are missing, so every method would pass',
      fix: `name the methods, ${REASON}`,
    });
  }
  if (rule.paths.length === 0) {
    report(['paths'], { message: 'are missing, so every path would pass', fix: `name the paths, ${REASON}` });
  }
  if (rule.keepHeaders !== undefined) {
    report(['keepHeaders'], {
      message: 'lets the agent bring a credential of its own (SEC-4)',
      fix: 'remove it, or say in because why the agent must',
    });
  }
  const isModel = rule.kind === 'model' || modelVendor(rule.host) !== undefined;
  if (isModel && rule.body === undefined && !onlyReads(rule.methods)) {
    report(['host'], {
      message: "lets requests pass that make a model's vendor fetch, run or call for the agent (MOD-1)",
      fix: `use the vendor's preset, or add body: and say what a request may hold, ${REASON}`,
    });
  }
  const tenant = tenantSegments(rule.host);
  if (tenant === undefined) {
    return problems;
  }
  if (rule.host.startsWith('*.')) {
    report(['host'], {
      message: 'is a wildcard over hosts that many tenants share',
      fix: `name the hosts, ${REASON}`,
    });
  }
  for (const [index, path] of rule.paths.entries()) {
    if (firstWildcard(path) < tenant) {
      const shown = rule.preset === undefined ? '' : `${quote(path)} `;
      report(['paths', index], {
        message: `${shown}does not say whose part of ${rule.host} is meant, a host that many tenants share`,
        fix: `spell out the first ${tenant === 1 ? 'segment' : `${tenant} segments`} of the path, ${REASON}`,
      });
    }
  }
  return problems;
}

/** Index of the first segment with a wildcard; infinity if there is none. */
function firstWildcard(path: string): number {
  const index = path
    .slice(1)
    .split('/')
    .findIndex((segment) => /[*[]/.test(segment));
  return index === -1 ? Number.POSITIVE_INFINITY : index;
}
