import { differences, REDEPLOY, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';
import type { DeployedResource } from '../deployed';

export const interfaces = verifyCheck({
  id: 'interfaces',
  title: 'each of its machines has one interface, in its own subnet and its own security groups',
  invariants: ['NET-1', 'NET-2', 'NET-4'],
  scope: 'agent',
  read: (live) => live.interfaces(),
  judge: (found, subject) => {
    const machines = resourcesOf(subject.deployed, 'AWS::EC2::Instance', { agent: subject.agent });
    const faults = machines.flatMap((machine) => {
      const own = found.filter(({ instance }) => instance === machine.id);
      const [only] = own;
      if (!only || own.length > 1) return [`${machine.part} ${machine.id} has ${own.length} interfaces`];
      return [
        ...differences(
          `groups of ${only.id} (${machine.part})`,
          groupsOf(machine, subject, only.groups),
          only.groups,
        ),
        ...(only.subnet === machine.get('SubnetId') ? [] : [`${only.id} is in ${only.subnet}`]),
        ...(only.checksAddresses
          ? []
          : [`${only.id} takes packets of others: its source/destination check is off`]),
      ];
    });
    const seen = found.filter(({ instance }) => machines.some(({ id }) => id === instance));
    return verdictOf(
      faults,
      seen.map(({ id, groups }) => `${id} in ${groups.join(', ')}`).join('; '),
      REDEPLOY,
    );
  },
});

/** The groups that the template gives it; before a release, the quarantine group alone is as good. */
function groupsOf(
  machine: DeployedResource,
  { deployed, contained }: Subject,
  found: readonly string[],
): string[] {
  const quarantine = resourcesOf(deployed, 'AWS::EC2::SecurityGroup', { part: 'quarantine' });
  if (contained && found.length === 1 && quarantine.some(({ id }) => id === found[0])) return [...found];
  const groups = machine.get('SecurityGroupIds');
  return Array.isArray(groups) ? groups.map(String) : [];
}
