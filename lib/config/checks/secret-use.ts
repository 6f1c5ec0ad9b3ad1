import type { Problem } from '../model';
import { nearest } from '../nearest';
import type { ParsedAgent, ParsedRule, ParsedSecret } from '../parsed';
import { quote } from '../quote';
import { problemAt, valueAt } from '../source/source';
import { ownerOf } from '../values/shared-hosts';
import { ruleName, ruleProblem } from './rule-problem';

/** Secrets and the rules that name them belong together. */
export function secretUse(agent: ParsedAgent): Problem[] {
  const { rules, secrets } = agent;
  const used = rules.flatMap((rule) => {
    const secret = secrets.find(({ id }) => id === rule.secret);
    if (!secret) return [];
    const stray = strayPreset(rule, secret, rules);
    return [...(stray.length > 0 ? stray : twoOwners(rule, rules)), ...lacksPlaceholder(rule, secret)];
  });
  // A preset that could not be unfolded may bring the secret that seems unknown or unused.
  return agent.complete ? [...unknown(agent), ...unused(agent), ...used] : used;
}

function unknown({ rules, secrets }: ParsedAgent): Problem[] {
  const ids = secrets.map(({ id }) => id);
  return rules
    .filter(({ secret }) => secret !== undefined && !ids.includes(secret))
    .map((rule) => {
      const meant = nearest(rule.secret ?? '', ids);
      const fix = meant ? `write ${quote(meant)}` : 'write the id of one, or add it under secrets';
      const finding = { message: "is not one of the agent's secrets", fix };
      // Far from every id, it may be a secret put in the wrong place.
      return ruleProblem(rule, ['secret'], finding, { hidden: meant === undefined });
    });
}

/** An entry of `egress` that is wrong otherwise uses the secret that it names, too. */
function unused({ source, secrets }: ParsedAgent): Problem[] {
  const entries = valueAt(source.value, ['egress']);
  const named = new Set((Array.isArray(entries) ? entries : []).map((entry) => valueAt(entry, ['secret'])));
  return secrets
    .filter(({ id, preset }) => preset === undefined && !named.has(id))
    .map(({ place }) =>
      problemAt(
        place,
        { message: 'is a secret that no rule names', fix: 'remove it, or name it in a rule' },
        { part: 'key' },
      ),
    );
}

/** A preset's key goes where the preset sends it: elsewhere it would be handed to a stranger. */
function strayPreset(rule: ParsedRule, secret: ParsedSecret, rules: readonly ParsedRule[]): Problem[] {
  const hosts = rules.filter(({ preset }) => preset === secret.preset).map(({ host }) => host);
  if (secret.preset === undefined || rule.preset !== undefined || hosts.includes(rule.host)) {
    return [];
  }
  const message = `belongs to the preset "${secret.preset}", whose hosts are ${[...new Set(hosts)].join(', ')}`;
  return [ruleProblem(rule, ['secret'], { message, fix: 'give the rule a secret of its own' })];
}

/** Whoever answers at a host gets the secret, and could use it at the other. */
function twoOwners(rule: ParsedRule, rules: readonly ParsedRule[]): Problem[] {
  const first = rules.find(({ secret }) => secret === rule.secret);
  if (!first || rule.because !== undefined || ownerOf(first.host) === ownerOf(rule.host)) return [];
  return [
    ruleProblem(rule, ['secret'], {
      message: `goes to ${first.host} too, by ${ruleName(first)}, and ${rule.host} belongs to somebody else`,
      fix: 'give the rule a secret of its own, or say in because why both may have this one',
    }),
  ];
}

/** Without the placeholder in the path nothing is swapped, and iron-proxy refuses every request. */
function lacksPlaceholder(rule: ParsedRule, { inject, id }: ParsedSecret): Problem[] {
  if (inject?.kind !== 'path') {
    return [];
  }
  return rule.paths.flatMap((path, index) =>
    path.includes(inject.placeholder)
      ? []
      : [
          ruleProblem(rule, ['paths', index], {
            message: `does not hold the placeholder of the secret ${quote(id)}`,
            fix: 'write the placeholder where the value belongs, or name no secret',
          }),
        ],
  );
}
