import { REDEPLOY, resourcesOf, verdictOf, verifyCheck } from '../check';

export const publicAddresses = verifyCheck({
  id: 'public-addresses',
  title: "no public address leads to its machines, but the proxy box's own in egress mode address",
  invariants: ['NET-2', 'NET-5'],
  scope: 'agent',
  read: (live) => live.interfaces(),
  judge: (found, { deployed, agent }) => {
    const addresses = resourcesOf(deployed, 'AWS::EC2::EIP');
    const machines = resourcesOf(deployed, 'AWS::EC2::Instance', { agent });
    const faults = machines.flatMap(({ id, part }) => {
      const wanted = addresses.filter((each) => each.get('InstanceId') === id).map((each) => each.id);
      const has = found.filter(({ instance }) => instance === id).flatMap((each) => each.publicAddresses);
      return [
        ...has
          .filter((each) => !wanted.includes(each))
          .map((each) => `${part} ${id} has the public address ${each}`),
        ...wanted
          .filter((each) => !has.includes(each))
          .map((each) => `${part} ${id} has lost its address ${each}`),
      ];
    });
    return verdictOf(
      faults,
      machines.map(({ id, part }) => `${part} ${id}: as deployed`).join(', '),
      REDEPLOY,
    );
  },
});
