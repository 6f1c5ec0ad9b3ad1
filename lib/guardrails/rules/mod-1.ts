import { onlyReads } from '../../config/values/http-method';
import { modelVendor } from '../../config/values/model-hosts';
import { fieldOf, listOf } from '../../json';
import { allowlistOf, describeRule, rulesOf, transformsOf } from '../../policy/document/loose';
import { type Finding, inEachPolicy, type Report, type Rule } from '../rule';
import type { Policy } from '../template/policy';
import { excuses } from './policy-rules';

export const mod1: Rule = {
  id: 'MOD-1',
  law: "a request to a known model vendor is judged by its body, so that the vendor reaches nothing on the agent's behalf",
  check: (stack) => inEachPolicy(stack, problems),
};

function problems(policy: Policy, finding: Report): Finding[] {
  const ids = listOf(fieldOf(policy.gate, 'rules')).map((rule) =>
    typeof rule === 'string' ? rule : String(fieldOf(rule, 'id') ?? ''),
  );
  const rules = allowlistOf(policy.proxy);
  if (ids.length !== rules.length) return []; // Which rule is which? POL-1 says so.
  const shown = new Set(
    transformsOf(policy.proxy, 'grpc')
      .flatMap((config) => rulesOf(fieldOf(config, 'rules')))
      .map(({ key }) => key),
  );
  const excused = excuses(policy);
  return rules.flatMap((rule, index) => {
    const judged = fieldOf(policy.gate, 'bodies', ids[index] ?? '', 'json') !== undefined;
    if (modelVendor(rule.host) === undefined || onlyReads(rule.methods) || excused.has(rule.key)) return [];
    return judged && shown.has(rule.key)
      ? []
      : finding(
          `no body rule judges ${describeRule(rule)}, so its requests may ask the vendor to fetch, run or call`,
          "use the vendor's preset, or give the rule a body",
        );
  });
}
