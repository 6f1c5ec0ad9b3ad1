import { MODEL_SPEND } from '../../../constructs/names';
import type { Problem } from '../model';
import type { ParsedAgent } from '../parsed';
import { problemAt } from '../source/source';
import { ruleName } from './rule-problem';

/** Grants, logs and alarms name rules by id. A preset that is used twice repeats its rules. */
export function uniqueIds({ rules, secrets }: ParsedAgent): Problem[] {
  const problems: Problem[] = [];
  const reported = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    if (rule.id === MODEL_SPEND) {
      const message = 'is the name of the grant that lifts spend.model';
      problems.push(
        problemAt(
          { source: rule.place.source, path: [...rule.place.path, 'id'] },
          { message, fix: 'give the rule another id' },
        ),
      );
    }
    const first = rules.findIndex(({ id }) => id === rule.id);
    const earlier = rules[first];
    const key = rule.place.path.join('.');
    if (first === index || earlier === undefined || reported.has(key)) {
      continue;
    }
    reported.add(key);
    const { source, path } = rule.place;
    problems.push(
      rule.preset === undefined
        ? problemAt(
            { source, path: [...path, 'id'] },
            { message: `is the id of ${ruleName(earlier)} too`, fix: 'give each rule its own id' },
          )
        : problemAt(
            { source, path: [...path, 'preset'] },
            { message: 'is used twice', fix: 'keep one entry, and give it the values of both' },
          ),
    );
  }
  for (const [index, secret] of secrets.entries()) {
    const other = secrets.findIndex(({ id }) => id === secret.id);
    if (other !== index && secret.preset !== secrets[other]?.preset) {
      const message = `brings the secret "${secret.id}", as the preset "${secrets[other]?.preset}" does`;
      problems.push(problemAt(secret.place, { message, fix: 'use one of the two presets' }));
    }
  }
  return problems;
}
