import { isSameKey } from '../../secret-history';
import { machinesOf, resourcesOf, verdictOf, verifyCheck } from '../check';

export const volumes = verifyCheck({
  id: 'volumes',
  title: 'its volumes are encrypted with its key, and its state volume is on its agent host',
  invariants: ['VOL-1', 'VOL-2'],
  scope: 'agent',
  read: async (live) => ({ machines: await live.machines(), volumes: await live.volumes() }),
  judge: (found, subject) => {
    const { deployed, agent } = subject;
    const [key] = resourcesOf(deployed, 'AWS::KMS::Key', { agent });
    const own = resourcesOf(deployed, 'AWS::EC2::Instance', { agent });
    const attached = found.machines
      .filter(({ id }) => own.some((each) => each.id === id))
      .flatMap((machine) => machine.volumes);
    const [host] = machinesOf(subject, 'agent-host');
    const states = resourcesOf(deployed, 'AWS::EC2::Volume', { agent, part: 'state' });
    const faults = [
      ...attached.flatMap((id) => {
        const volume = found.volumes.find((each) => each.id === id);
        if (!volume) return [`${id} is gone`];
        if (!volume.isEncrypted) return [`${id} is not encrypted`];
        return isSameKey(key?.id, volume.key)
          ? []
          : [`${id} is encrypted with ${volume.key}, which is not its key`];
      }),
      ...states
        .filter(
          ({ id }) =>
            !found.volumes.some((each) => each.id === id && host && each.machines.includes(host.id)),
        )
        .map(({ id }) => `the state volume ${id} is not on the agent host`),
      ...(attached.length === 0 ? ['its machines have no volume'] : []),
    ];
    return verdictOf(
      faults,
      `${attached.join(', ')} under ${key?.id}`,
      'make an encrypted copy under its key (docs/RESTORE.md), or rebuild the machine',
    );
  },
});
