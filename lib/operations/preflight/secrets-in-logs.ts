import { holdsSecret } from '../../config/source/secret-shapes';
import { broken, fail, type PreflightCheck, pass } from './check';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Looks for the shapes of known credentials; it can't find a password without such a shape. An empty log, or one that
 * was read in part, is a failure.
 */
export const secretsInLogs: PreflightCheck = {
  id: 'secrets-in-logs',
  title: 'no credential stands in the template, on the machine or in the audit log',
  run: async (subject) => {
    const leak = broken(subject, ['SEC-1', 'SEC-2', 'SEC-3']);
    if (leak) return leak;
    if (!subject.live) return pass('the template and the user data hold none; the log was not read (--live)');
    let lines = 0;
    let found = 0;
    const since = new Date(subject.now.getTime() - DAY);
    const { isAll } = await subject.live.auditLines(since, (line) => {
      lines += 1;
      if (holdsSecret(line)) found += 1;
    });
    if (found > 0) {
      return fail(
        `${found} of ${lines} lines of the last day hold what looks like a credential`,
        'count it as leaked: replace it, find out in the audit log which rule carries it, and narrow that rule',
      );
    }
    if (!isAll) {
      return fail(
        `the audit log of the last day is longer than the ${lines} lines that were read`,
        'find out what fills it, and search the rest in CloudWatch Logs',
      );
    }
    return lines > 0
      ? pass(`none in ${lines} lines of the last day`)
      : fail(
          `the audit log has no line since ${since.toISOString()}, so there is nothing to judge`,
          "let it make a request; if the log stays empty, look at its proxy box and at this machine's clock",
        );
  },
};
