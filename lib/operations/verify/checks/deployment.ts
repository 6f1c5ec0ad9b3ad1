import { proveInvariants } from '../../synth/invariants';
import { verdictOf, verifyCheck } from '../check';

/** Every other check compares the account with the deployed template, so the template itself comes first. */
export const deployment = verifyCheck({
  id: 'deployment',
  title: 'the last deployment is complete, and the deployed template keeps every invariant',
  invariants: ['NET-7', 'SEC-1', 'POL-1', 'COST-1'],
  scope: 'stack',
  read: async () => undefined,
  judge: (_, { deployed, airlock }) => {
    const { stack, status } = deployed;
    const proof = proveInvariants(deployed.template, airlock?.agents.map(({ name }) => name) ?? []);
    const faults = [
      ...(/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status) ? [] : [`the stack ${stack} is ${status}`]),
      ...(proof.ok
        ? proof.invariants.flatMap(({ id, broken }) => broken.map(({ message }) => `${id}: ${message}`))
        : [proof.message]),
    ];
    const kept = proof.ok ? proof.invariants.length : 0;
    return verdictOf(
      faults,
      `${stack} is ${status}; its template keeps ${kept} invariants`,
      'look at the events of the stack in CloudFormation, then deploy it from the reviewed configuration',
    );
  },
});
