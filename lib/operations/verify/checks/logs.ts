import { auditLogGroup } from '../../../../constructs/names';
import type { Verdict } from '../../preflight/check';
import { isSameKey } from '../../secret-history';
import { keyOf, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';
import type { Live } from '../live/live';

const read = (live: Live) => live.logGroups();

export const auditLog = verifyCheck({
  id: 'audit-log',
  title: 'its audit log is there, under its key, and kept for as long as deployed',
  invariants: ['LOG-1', 'VOL-1'],
  scope: 'agent',
  read,
  judge: (found, subject) => judge(found, [auditLogGroup(subject.deployed.stack, subject.agent)], subject),
});

export const stackLogs = verifyCheck({
  id: 'stack-logs',
  title:
    "the logs of flows and of resolver queries are there, under the stack's key, and kept for as long as deployed",
  invariants: ['LOG-1', 'VOL-1'],
  scope: 'stack',
  read,
  judge: (found, subject) => {
    const { deployed } = subject;
    const shared = resourcesOf(deployed, 'AWS::Logs::LogGroup').filter(({ agent }) => agent === undefined);
    const names = shared.map(({ id }) => id).filter((name) => name.startsWith(`/${deployed.stack}/`));
    return judge(found, names, subject);
  },
});

function judge(found: Awaited<ReturnType<typeof read>>, names: readonly string[], subject: Subject): Verdict {
  const key = keyOf(subject);
  const faults = names.flatMap((name) => {
    const live = found.find((each) => each.name === name);
    if (!live) return [`${name} is gone`];
    const wanted = resourcesOf(subject.deployed, 'AWS::Logs::LogGroup')
      .find(({ id }) => id === name)
      ?.get('RetentionInDays');
    return [
      ...(isSameKey(live.key, key?.id) ? [] : [`${name} is under ${live.key ?? 'no key'}, not ${key?.id}`]),
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
