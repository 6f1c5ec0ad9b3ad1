import type { Problem } from '../model';
import { nearest } from '../nearest';
import type { ParsedAgent, ParsedRule, ParsedSecret } from '../parsed';
import { quote } from '../quote';
import { problemAt, valueAt } from '../source/source';
import { ownerOf } from '../values/shared-hosts';
import { ruleName, ruleProblem } from './rule-problem';

/** Checks each secret against the rules that use it. */
export function secretUse(agent: ParsedAgent): Problem[] {
  const { rules, secrets } = agent;
  const used = rules.flatMap((rule) => {
    const secret = secrets.find(({ id }) => id === rule.secret);
    if (!secret) return [];
    const stray = strayPreset(rule, secret, rules);
    return [...(stray.length > 0 ? stray : twoOwners(rule, rules)), ...lacksPlaceholder(rule, secret)];
  });
  // A preset with problems may define the secret that seems unknown, or use the one that seems unused.
  return agent.complete ? [...unknown(agent), ...unused(agent), ...used] : used;
}

function unknown({ rules, secrets }: ParsedAgent): Problem[] {
  const ids = secrets.map(({ id }) => id);
  return rules
    .filter(({ secret }) => secret !== undefined && !ids.includes(secret))
    .map((rule) => {
      const meant = nearest(rule.secret ?? '', ids);
      const known = ids.length > 0 ? `write the id of one (${ids.join(', ')}), or` : 'write its id, and';
      const fix = meant ? `write ${quote(meant)}` : `${known} add it under secrets`;
      const finding = { message: "is not one of the agent's secrets", fix };
      // A value unlike every id may be a secret in the wrong place.
      return ruleProblem(rule, ['secret'], finding, { hidden: meant === undefined });
    });
}

/** A rule with problems still counts as a use of the secret that it names. */
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

/** A preset's secret goes to the preset's hosts only: another host would receive a credential that isn't meant for it. */
function strayPreset(rule: ParsedRule, secret: ParsedSecret, rules: readonly ParsedRule[]): Problem[] {
  const hosts = rules.filter(({ preset }) => preset === secret.preset).map(({ host }) => host);
  if (secret.preset === undefined || rule.preset !== undefined || hosts.includes(rule.host)) {
    return [];
  }
  const message = `belongs to the preset "${secret.preset}", whose hosts are ${[...new Set(hosts)].join(', ')}`;
  return [ruleProblem(rule, ['secret'], { message, fix: 'give the rule a secret of its own' })];
}

/** Each host's owner receives the secret, and could use it at the other host. */
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

/** If a path lacks the placeholder, iron-proxy has nothing to replace and refuses every request. */
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
