import { machinesOf, verdictOf, verifyCheck } from '../check';

/** CloudFormation's drift detection doesn't see a profile that was associated with a machine without one. */
export const profile = verifyCheck({
  id: 'profile',
  title: 'its agent host has no instance profile, and its proxy box has its own',
  invariants: ['IAM-1', 'IAM-2'],
  scope: 'agent',
  read: (live) => live.machines(),
  judge: (found, subject) => {
    const hosts = machinesOf(subject, 'agent-host');
    const boxes = machinesOf(subject, 'proxy-box');
    const profileOf = (id: string) => found.find((each) => each.id === id)?.profile;
    const faults = [
      ...hosts.flatMap(({ id }) => {
        const has = profileOf(id);
        return has === undefined
          ? []
          : [`agent host ${id} has ${has}: every program on it has its credentials`];
      }),
      ...boxes.flatMap(({ id, get }) => {
        const has = profileOf(id);
        const wanted = String(get('IamInstanceProfile'));
        return has?.split('/').pop() === wanted
          ? []
          : [`proxy box ${id} has ${has ?? 'no profile'}, not ${wanted}`];
      }),
      ...(hosts.length + boxes.length === 0 ? ['it has no machine'] : []),
    ];
    return verdictOf(
      faults,
      [
        ...hosts.map(({ id }) => `${id} has none`),
        ...boxes.map(({ id }) => `${id} has ${profileOf(id)}`),
      ].join(', '),
      'disassociate the profile, count its credentials as known to the agent, and find out in CloudTrail who did it',
    );
  },
});
