import { auditLogGroup } from '../../../../constructs/names';
import { verifyCheck } from '../check';
import { judgeLogGroups } from '../log-verdict';

export const auditLog = verifyCheck({
  id: 'audit-log',
  title: 'its audit log is there, under its key, and kept for as long as deployed',
  invariants: ['LOG-1', 'VOL-1'],
  scope: 'agent',
  read: (live) => live.logGroups(),
  judge: (found, subject) =>
    judgeLogGroups(found, [auditLogGroup(subject.deployed.stack, subject.agent)], subject),
});
