import { isFetched } from '../../../lab/rehearsal/installation';
import type { Sight } from '../../../lab/rehearsal/sight';
import { changedLimits } from '../../../lab/rehearsal/variants';
import type { Cast, Score } from '../cast';
import { emptyState, fillState, look, placeRuntime } from '../inside';
import { type Machine, PATIENCE } from '../machine';
import { started, upAndSeen } from './boot';

export const FULL = /airlock: RUNTIME REFUSED, the agent stays off: the state volume is full/;

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

export interface Rebuilt {
  readonly sight: Sight;
  /** Once the agent has filled its state volume and was started again. */
  readonly full: Sight;
  /** What the console said then, if anything. */
  readonly said: string | undefined;
}

/** A new root disk with the old state volume, which then runs full. */
export async function rebuild(cast: Cast, score: Score): Promise<Rebuilt> {
  const what = 'a new root disk, the same state volume, the door open; then that volume full';
  cast.onBoot('rebuild', what);
  await cast.stage.freshRoot();
  const machine = await started(cast);
  if (!isFetched(cast.installation)) await placeRuntime(machine);
  const sight = await upAndSeen(score, machine, 'rebuild', what, machine.poweredOn);
  const from = machine.console.lines.length;
  await fillState(machine);
  const said = await machine.console.until(FULL, PATIENCE, from);
  const full = await look(machine);
  await emptyState(machine);
  await machine.powerOff();
  return { sight, full, said: said?.text };
}
