import type { Invariant } from './context';

/** An agent host has no instance profile. */
export const iam1: Invariant = {
  id: 'IAM-1',
  check: ({ agentHosts }) =>
    agentHosts
      .filter((host) => host.profile !== undefined)
      .map((host) => ({
        invariant: 'IAM-1',
        resource: host.id,
        message: `${host.id} has the instance profile ${host.profile}, whose credentials every program on it can read`,
        fix: 'remove IamInstanceProfile: an agent host has no AWS credential',
      })),
};
