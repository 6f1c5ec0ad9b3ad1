import { fail, notApplicable } from '../../preflight/check';
import { verdictOf, verifyCheck } from '../check';
import { HEALTH_MINUTES } from '../live/health';

/** Minutes after which a line of the last minute is missing: warden writes one a minute, and the log takes one. */
const SILENT_MINUTES = 5;

export const policyInForce = verifyCheck({
  id: 'policy-in-force',
  title: 'its proxy box is healthy, reports every minute, and has the deployed policy in force',
  invariants: ['POL-1', 'LOG-1'],
  scope: 'agent',
  read: async (live, { agent }) => ({ health: await live.health(agent), policy: await live.policy(agent) }),
  judge: ({ health, policy }, { contained, now, deployed, agent }) => {
    if (contained) return notApplicable('it is contained: its proxy box is stopped');
    const fix = `look at the streams warden and boot of /${deployed.stack}/${agent}/audit`;
    if (!health) return fail(`its proxy box wrote no health line in the last ${HEALTH_MINUTES} minutes`, fix);
    const minutes = (now.getTime() - health.at.getTime()) / 60_000;
    const inForce = health.policy?.slice(0, 12) ?? 'none';
    const faults = [
      ...(minutes > SILENT_MINUTES ? [`its last health line is ${Math.floor(minutes)} minutes old`] : []),
      ...(health.isHealthy ? [] : [`it says it is not healthy: ${health.reasons.join(', ') || 'no reason'}`]),
      ...(policy.ok ? [] : [policy.problem]),
      ...(policy.ok && policy.rendered !== health.policy
        ? [`${inForce} is in force, and ${policy.rendered.slice(0, 12)} is deployed`]
        : []),
    ];
    return verdictOf(faults, `healthy at ${health.at.toISOString()} with policy ${inForce}`, fix);
  },
});
