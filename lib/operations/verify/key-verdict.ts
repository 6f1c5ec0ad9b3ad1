import type { Verdict } from '../preflight/check';
import { differences, REDEPLOY, resourcesOf, type Subject, verdictOf } from './check';
import type { DeployedResource } from './deployed';
import type { LiveKey } from './live/access';
import type { Live } from './live/live';
import { statementsOf } from './policy-text';

/** The agent's key; without an agent, the one that belongs to none. */
export function keyOf({ deployed, agent }: Subject): DeployedResource | undefined {
  return resourcesOf(deployed, 'AWS::KMS::Key').find((each) => (each.agent ?? '') === agent);
}

/** The key itself, as AWS has it. */
export async function readKey(live: Live, subject: Subject): Promise<LiveKey | undefined> {
  const key = keyOf(subject);
  return key && live.key(key.id);
}

export function judgeKey(found: LiveKey | undefined, subject: Subject): Verdict {
  const key = keyOf(subject);
  if (!key || !found) return verdictOf(['the stack has no such key'], '', 'deploy the stack');
  const { account, partition } = subject.deployed;
  // EC2 makes grants for encrypted volumes, in the name of the machine's role or of its own service.
  const own = new RegExp(`^([\\w.-]+\\.amazonaws\\.com(\\.cn)?$|arn:${partition}:(iam|sts)::${account}:)`);
  const faults = [
    ...(found.state === 'Enabled' ? [] : [`${key.id} is ${found.state}`]),
    ...(found.rotates ? [] : [`${key.id} does not rotate`]),
    ...differences(`policy of ${key.id}`, statementsOf(key.get('KeyPolicy')), statementsOf(found.policy)),
    ...found.grantees.filter((each) => !own.test(each)).map((each) => `${each} has a grant on ${key.id}`),
  ];
  const evidence = `${key.id} is ${found.state}; its policy is as deployed; ${found.grantees.length} grants`;
  return verdictOf(faults, evidence, REDEPLOY);
}
