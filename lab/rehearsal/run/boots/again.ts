import { isFetched } from '../../plan/installation';
import type { Sight } from '../../plan/sight';
import { changedLimits } from '../../plan/variants';
import type { Cast, Score } from '../cast';
import { placeRuntime } from '../inside';
import { type Machine, PATIENCE } from '../machine';
import { started, upAndSeen } from './boot';
import { spoilt } from './spoilt';

/** A reboot ordered from inside. The machine runs on. */
export async function reboot(cast: Cast, score: Score, machine: Machine): Promise<Sight> {
  const what = 'systemctl reboot';
  cast.onBoot('reboot', what);
  const count = machine.guest.bootCount;
  const ordered = Date.now();
  void machine.guest.run('systemctl reboot', 5);
  await machine.guest.booted(count, PATIENCE * 2);
  return upAndSeen(score, machine, 'reboot', what, ordered);
}

/** The same disks with another user data, as after a deployment that changed a limit. */
export async function changedStart(cast: Cast, score: Score): Promise<Sight> {
  const what = 'stopped, user data changed, started';
  const { stage, userData, expected } = cast;
  cast.onBoot('changed', what);
  await stage.publish(changedLimits(userData, expected.memoryPercent));
  const machine = await started(cast);
  const sight = await upAndSeen(score, machine, 'changed', what, machine.poweredOn);
  await machine.powerOff();
  await stage.publish(userData);
  return sight;
}

/** A new root disk with the old state volume; then what may go wrong while a machine runs. */
export async function rebuild(cast: Cast, score: Score): Promise<Sight> {
  const what = 'a new root disk, the same state volume, the door open; then trouble while it runs';
  cast.onBoot('rebuild', what);
  await cast.stage.freshRoot();
  const machine = await started(cast);
  if (!isFetched(cast.installation)) await placeRuntime(machine);
  const sight = await upAndSeen(score, machine, 'rebuild', what, machine.poweredOn);
  await spoilt(cast, score, machine, sight);
  await machine.powerOff();
  return sight;
}
