import type { Finding } from './finding';

/** A VPC's default group lets everything out and all its members talk to each other. */
export const defaultGroup: Finding = (_network, machine) => {
  const groups = machine.interfaces.flatMap((each) => each.groups).filter((group) => group.isDefault);
  return [...new Set(groups)].map((group) => ({
    invariant: 'DEFAULT-GROUP',
    resource: machine.id,
    message: `${machine.id} is in the VPC's default security group (${group.key})`,
    fix: 'give it a security group of its own with the rules it needs',
  }));
};
