import type { Verdict } from '../preflight/check';
import { isSameKey } from '../secret-history';
import { resourcesOf, type Subject, verdictOf } from './check';
import { keyOf } from './key-verdict';
import type { LiveLogGroup } from './live/records';

export function judgeLogGroups(
  found: readonly LiveLogGroup[],
  names: readonly string[],
  subject: Subject,
): Verdict {
  const key = keyOf(subject);
  const faults = names.flatMap((name) => {
    const live = found.find((each) => each.name === name);
    if (!live) return [`${name} is gone`];
    const wanted = resourcesOf(subject.deployed, 'AWS::Logs::LogGroup')
      .find(({ id }) => id === name)
      ?.get('RetentionInDays');
    return [
      ...(key && live.key !== undefined && isSameKey(live.key, key.id)
        ? []
        : [`${name} is under ${live.key ?? 'no key'}, not ${key?.id}`]),
      ...(live.retentionDays === wanted
        ? []
        : [`${name} keeps its lines for ${live.retentionDays ?? 'ever'} days, not ${wanted}`]),
    ];
  });
  return verdictOf(
    names.length === 0 ? ['the stack has no log group'] : faults,
    `${names.join(', ')} under ${key?.id}`,
    'deploy the stack, which makes the group and sets its key; find out in CloudTrail who changed it',
  );
}
