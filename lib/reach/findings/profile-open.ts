import type { Finding } from './finding';
import { isWorld, worldFlows } from './world';

/** Credentials of a machine that reaches the internet can be sent out and used from anywhere. */
export const profileOpen: Finding = (_network, machine, flows) => {
  const open = ([4, 6] as const).some((family) => isWorld(worldFlows(flows, 'outbound', family)));
  if (machine.profile === undefined || !open) return [];
  return [
    {
      invariant: 'PROFILE-OPEN',
      resource: machine.id,
      message: `${machine.id} has the instance profile ${machine.profile} and an open way out: its credentials can leave`,
      fix: 'remove the profile, or close the way out',
    },
  ];
};
