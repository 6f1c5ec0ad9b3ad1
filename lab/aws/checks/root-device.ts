import { type Check, judge } from '../check';
import { ROOT_GIB } from '../configuration';
import { type Machine, machineOf } from '../look';
import type { Trial } from '../trial';

/** A wrong device name adds a disk, and the image's root disk keeps its own size and key. */
export const rootDevice: Check = {
  id: 'root-device',
  title: "the template's root disk is the image's, encrypted and of its size",
  covers: ['root-device'],
  minutes: 5,
  needs: ['deploy'],
  run: async (trial) => {
    const host = await look(trial, await machineOf(trial, 'agent-host'));
    const box = await look(trial, await machineOf(trial, 'proxy-box'));
    const good = [host, box].every(({ encrypted }) => encrypted) && host.gib === ROOT_GIB;
    // The state volume is the agent host's second disk.
    return judge(good && host.disks === 2 && box.disks === 1, `host: ${host.text}; proxy box: ${box.text}`);
  },
};

async function look(trial: Trial, { disks, rootDevice, image }: Machine) {
  const root = disks.find(({ device }) => device === rootDevice);
  if (!root) throw new Error(`no disk of ${image} is attached as its root ${rootDevice}`);
  const { Volumes = [] } = await trial.aws<{ Volumes?: { Size: number; Encrypted: boolean }[] }>(
    'ec2',
    'describe-volumes',
    { VolumeIds: [root.volume] },
  );
  const { Size: gib = 0, Encrypted: encrypted = false } = Volumes[0] ?? {};
  const text = `${image}, ${rootDevice}, ${gib} GiB, ${encrypted ? '' : 'not '}encrypted, ${disks.length} disks`;
  return { gib, encrypted, disks: disks.length, text };
}
