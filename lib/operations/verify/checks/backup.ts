import { OLDEST_HOURS } from '../../preflight/loss';
import { resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';

export const backup = verifyCheck({
  id: 'backup',
  title: 'AWS Backup saved its state volume in the last day',
  invariants: ['VOL-2'],
  scope: 'agent',
  read: async (live, subject) => {
    const arn = stateArnOf(subject);
    return arn === undefined ? [] : live.backups(arn);
  },
  judge: (found, subject) => {
    const newest = found.find(({ status }) => status === 'COMPLETED');
    const hours = newest && Math.floor((subject.now.getTime() - newest.made.getTime()) / 3_600_000);
    const faults = [
      ...(stateArnOf(subject) === undefined ? ['it has no state volume'] : []),
      ...(hours === undefined ? ['AWS Backup has no finished recovery point of its state volume'] : []),
      ...(hours !== undefined && hours > OLDEST_HOURS
        ? [`the last finished backup is ${hours} hours old`]
        : []),
    ];
    return verdictOf(
      faults,
      `the last finished backup is ${hours} hours old`,
      'look at the failed jobs in AWS Backup, or start one now',
    );
  },
});

function stateArnOf({ deployed, agent }: Subject): string | undefined {
  const [state] = resourcesOf(deployed, 'AWS::EC2::Volume', { agent, part: 'state' });
  const { partition, region, account } = deployed;
  return state && `arn:${partition}:ec2:${region}:${account}:volume/${state.id}`;
}
