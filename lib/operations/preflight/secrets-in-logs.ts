import { holdsSecret } from '../../config/source/secret-shapes';
import { broken, fail, type PreflightCheck, pass } from './check';

const DAY = 24 * 60 * 60 * 1000;

/** The seeds' secret scrub. Shapes of known credentials are looked for; a password of no shape is not found. */
export const secretsInLogs: PreflightCheck = {
  id: 'secrets-in-logs',
  title: 'no credential stands in the template, on the machine or in the audit log',
  run: async (subject) => {
    const leak = broken(subject, ['SEC-1', 'SEC-2', 'SEC-3']);
    if (leak) return leak;
    if (!subject.live) return pass('the template and the user data hold none; the log was not read (--live)');
    const { lines, isAll } = await subject.live.auditLines(new Date(subject.now.getTime() - DAY));
    const found = lines.filter((line) => holdsSecret(line)).length;
    return found === 0
      ? pass(`none in ${lines.length} lines of the last day${isAll ? '' : ', which are not all'}`)
      : fail(
          `${found} of ${lines.length} lines of the last day hold what looks like a credential`,
          'count it as leaked: replace it, find out in the audit log which rule carries it, and narrow that rule',
        );
  },
};
