import { DENIAL_ID } from '../../../../constructs/names';
import { differences, machinesOf, REDEPLOY, recordsOf, resourcesOf, verdictOf, verifyCheck } from '../check';
import { statementsOf } from '../policy-text';

export const proxyRole = verifyCheck({
  id: 'proxy-role',
  title: 'the role of its proxy box has the deployed policies and no other, and EC2 alone may assume it',
  invariants: ['IAM-2'],
  scope: 'agent',
  read: async (live, subject) => {
    const profiles = machinesOf(subject, 'proxy-box').map(({ get }) => String(get('IamInstanceProfile')));
    return (await Promise.all(profiles.map((name) => live.roles(name)))).flat();
  },
  judge: (found, subject) => {
    const { deployed, agent, contained } = subject;
    const role = resourcesOf(deployed, 'AWS::IAM::Role', { agent }).find(({ id }) => id === found[0]?.name);
    const [only] = found;
    if (!role || !only || found.length > 1) {
      return verdictOf(
        [`the profile of its proxy box has the roles ${found.map(({ name }) => name).join(', ') || 'none'}`],
        '',
        REDEPLOY,
      );
    }
    const managed = resourcesOf(deployed, 'AWS::IAM::ManagedPolicy');
    const denial = managed.find(({ logicalId }) => logicalId === DENIAL_ID)?.id;
    const policies = managed.filter((each) =>
      (each.get('Roles') as readonly unknown[] | undefined)?.includes(role.id),
    );
    const inline = recordsOf(role, 'Policies').map(({ PolicyName }) => String(PolicyName));
    const faults = [
      ...differences(
        `trust of ${role.id}`,
        statementsOf(role.get('AssumeRolePolicyDocument')),
        statementsOf(only.trust),
      ),
      ...differences(
        `policies of ${role.id}`,
        policies.map(({ id }) => id),
        only.attached.map(({ arn }) => arn).filter((arn) => !contained || arn !== denial),
      ),
      ...differences(`inline policies of ${role.id}`, inline, only.inline),
      ...policies.flatMap((policy) => {
        const live = only.attached.find(({ arn }) => arn === policy.id);
        return live
          ? differences(policy.id, statementsOf(policy.get('PolicyDocument')), statementsOf(live.document))
          : [];
      }),
    ];
    return verdictOf(faults, `${role.id} with ${policies.map(({ id }) => id).join(', ')}`, REDEPLOY);
  },
});
