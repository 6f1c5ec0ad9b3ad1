import { fieldOf, listOf } from '../../json';
import { allowlistOf, describeRule, rulesOf, secretsOf } from '../../policy/document/loose';
import { items, textOf } from '../../reach/template/value';
import { type Finding, inEachPolicy, type Report, type Rule } from '../rule';
import type { Cell } from '../template/cell';
import type { Policy } from '../template/policy';
import { plaintext } from './plaintext-lock';
import { unlocked } from './secret-entry';

export const sec2: Rule = {
  id: 'SEC-2',
  law: 'a secret goes out only where an allow rule names it, over TLS, and never unset',
  check: (stack) => inEachPolicy(stack, problems),
};

function problems(policy: Policy, finding: Report, cell: Cell): Finding[] {
  const secrets = secretsOf(policy.proxy);
  const allowed = new Set(allowlistOf(policy.proxy).map((rule) => rule.key));
  const created = new Set(items(cell.secrets?.get('Parameters')).map((name) => textOf(name)));
  const dropped = droppedRules(policy);

  const found = secrets.flatMap((secret) => {
    const name = String(fieldOf(secret, 'source', 'name') ?? '');
    const rules = rulesOf(fieldOf(secret, 'rules'));
    return [
      ...unlocked(secret, name, finding),
      ...(created.has(name)
        ? []
        : [
            finding(
              `no custom resource creates the secret parameter ${name} of "${cell.agent}"`,
              'declare it under secrets',
            ),
          ]),
      ...rules
        .filter((rule) => !allowed.has(rule.key))
        .map((rule) =>
          finding(
            `the secret ${name} goes out with ${describeRule(rule)}, which no allow rule names`,
            'name the secret in an egress rule',
          ),
        ),
      ...rules
        .filter((rule) => !dropped.get(name)?.has(rule.key))
        .map((rule) =>
          finding(
            `warden isn't told that ${describeRule(rule)} needs the secret ${name}, and would leave it open while that is unset`,
            'list the rule under airlock.secrets',
          ),
        ),
    ];
  });
  const strangers = [...dropped].flatMap(([name, keys]) =>
    [...keys].filter((key) => !allowed.has(key)).map(() => name),
  );
  return [
    ...found,
    ...strangers.map((name) =>
      finding(
        `warden is told that ${name} belongs to a rule that the allowlist doesn't have`,
        'let compilePolicy write it',
      ),
    ),
    ...plaintext(policy, finding),
  ];
}

/** Rules by parameter: warden removes them from the allowlist until the parameter is set. */
function droppedRules(policy: Policy): Map<string, Set<string>> {
  return new Map(
    listOf(fieldOf(policy.warden, 'secrets')).map((secret) => [
      String(fieldOf(secret, 'parameter') ?? ''),
      new Set(rulesOf(fieldOf(secret, 'rules')).map((rule) => rule.key)),
    ]),
  );
}
