import type { Plan, Station } from './plan';

/** Which machine has which role in an attack: the same in the shipped network and in every copy. */
export interface Roles {
  readonly agent: Station;
  readonly ownProxy: Station;
  readonly otherAgent?: Station;
  readonly otherProxy?: Station;
  readonly endpoint?: Station;
  readonly nat?: Station;
  readonly plan: Plan;
}

/**
 * Makes an agent host the attacker; undefined if the template has no cell.
 *
 * @param attacker the agent's name. @default the first agent
 */
export function rolesOf(plan: Plan, attacker?: string): Roles | undefined {
  const part = (name: string) => plan.stations.filter(({ machine }) => machine?.part === name);
  const hosts = part('agent-host');
  const agent = hosts.find(({ machine }) => machine?.agent === attacker) ?? hosts[0];
  const otherAgent = hosts.find((each) => each !== agent);
  const proxyOf = (each: Station | undefined) =>
    part('proxy-box').find(({ machine }) => machine?.agent === each?.machine?.agent);
  const ownProxy = proxyOf(agent);
  if (agent === undefined || ownProxy === undefined) return undefined;
  return {
    agent,
    ownProxy,
    otherAgent,
    otherProxy: otherAgent && proxyOf(otherAgent),
    endpoint: plan.stations.find(({ kind }) => kind === 'connect-endpoint'),
    nat: plan.stations.find(({ kind }) => kind === 'nat-gateway'),
    plan,
  };
}
