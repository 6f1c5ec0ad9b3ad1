import { createHash } from 'node:crypto';
import { boxParameter } from '../../../../constructs/names';
import { compilePolicy } from '../../../policy';
import { resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';

export const policyDeployed = verifyCheck({
  id: 'policy-deployed',
  title: 'the policy that waits for its proxy box is the deployed one, and that of the configuration',
  invariants: ['POL-1'],
  scope: 'agent',
  read: (live, { agent }) => live.policy(agent),
  judge: (found, subject) => {
    const fix =
      'deploy the stack from the reviewed configuration; find out in CloudTrail who wrote the parameters';
    if (!found.ok) return verdictOf([found.problem], '', fix);
    const deployed = deployedSha256(subject);
    const { airlock, agent } = subject;
    const own = airlock?.agents.find(({ name }) => name === agent);
    const reviewed = airlock && own && sha256(compilePolicy(airlock, own).text);
    return verdictOf(
      [
        ...(found.sha256 === deployed
          ? []
          : [`the parameters hold ${short(found.sha256)}, and the stack deployed ${short(deployed)}`]),
        ...(reviewed === undefined || reviewed === found.sha256
          ? []
          : [`the configuration's policy is ${short(reviewed)}, and ${short(found.sha256)} is deployed`]),
      ],
      `${short(found.sha256)}${reviewed === undefined ? '; the configuration was not compared' : ', as the configuration says'}`,
      fix,
    );
  },
});

function deployedSha256({ deployed, agent }: Subject): string {
  const name = boxParameter(deployed.stack, agent);
  const box = resourcesOf(deployed, 'AWS::SSM::Parameter').find((each) => each.get('Name') === name);
  return /"policy":\{.*?"sha256":"([0-9a-f]{64})"/s.exec(String(box?.get('Value')))?.[1] ?? 'no policy';
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const short = (digest: string) => digest.slice(0, 12);
