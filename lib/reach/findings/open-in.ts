import type { Flow } from '../flows/piece';
import type { Finding } from './finding';
import { controlsOf, servicesOf, worldFlows } from './world';

/** Anything on the internet that may open a connection to the machine. */
export const openIn: Finding = (_network, machine, flows) => {
  const from: Flow[] = [4, 6].flatMap((family) => worldFlows(flows, 'inbound', family as 4 | 6));
  if (from.length === 0) return [];
  const blocks = [...new Set(from.map((flow) => flow.party.cidr ?? 'anywhere'))].slice(0, 3).join(', ');
  return [
    {
      invariant: 'OPEN-IN',
      resource: machine.id,
      message: `${machine.id} is reachable from the internet: ${servicesOf(from)} from ${blocks} (${controlsOf(from, 'security-group')})`,
      fix: 'remove the rule or the public address; use Instance Connect Endpoint or Session Manager to log in',
    },
  ];
};
