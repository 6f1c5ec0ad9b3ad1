import { resourcesOf, verifyCheck } from '../check';
import { judgeLogGroups } from '../log-verdict';

export const stackLogs = verifyCheck({
  id: 'stack-logs',
  title:
    "the logs of flows and of resolver queries are there, under the stack's key, and kept for as long as deployed",
  invariants: ['LOG-1', 'VOL-1'],
  scope: 'stack',
  read: (live) => live.logGroups(),
  judge: (found, subject) => {
    const shared = resourcesOf(subject.deployed, 'AWS::Logs::LogGroup').filter(
      (each) => each.agent === undefined,
    );
    return judgeLogGroups(
      found,
      shared.map(({ id }) => id).filter((name) => name.startsWith(`/${subject.deployed.stack}/`)),
      subject,
    );
  },
});
