import type { Verdict } from '../../preflight/check';
import { differences, keyOf, REDEPLOY, type Subject, verdictOf, verifyCheck } from '../check';
import type { Live } from '../live/live';
import { statementsOf } from '../policy-text';

async function read(live: Live, subject: Subject) {
  const key = keyOf(subject);
  return key && live.key(key.id);
}

function judge(found: Awaited<ReturnType<typeof read>>, subject: Subject): Verdict {
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

export const agentKey = verifyCheck({
  id: 'agent-key',
  title: 'its key is enabled, rotates, and serves only those that the deployed policy names',
  invariants: ['VOL-1', 'SEC-3'],
  scope: 'agent',
  read,
  judge,
});

export const stackKey = verifyCheck({
  id: 'stack-key',
  title: "the stack's key is enabled, rotates, and serves only those that the deployed policy names",
  invariants: ['VOL-1'],
  scope: 'stack',
  read,
  judge,
});
