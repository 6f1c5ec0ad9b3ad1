import { verdictOf, verifyCheck } from '../check';

export const defaultGroup = verifyCheck({
  id: 'default-group',
  title: 'the default security group of the VPC allows nothing',
  invariants: ['NET-5'],
  scope: 'stack',
  read: (live) => live.groups(),
  judge: (found) => {
    const group = found.find(({ isDefault }) => isDefault);
    if (!group) return verdictOf(['the VPC has no default security group'], '', 'run it again');
    const rules = [
      ...group.rulesIn.map((rule) => `in ${rule}`),
      ...group.rulesOut.map((rule) => `out ${rule}`),
    ];
    return verdictOf(
      rules.map((rule) => `${group.id} allows "${rule}"`),
      `${group.id} has no rule`,
      'remove the rules: a machine for which nobody names a group gets this one',
    );
  },
});
