import type { Inspection } from '../../plan/inspection';
import { isFetched } from '../../plan/installation';
import { changedLimits } from '../../plan/variants';
import { placeStandIn } from '../inside';
import { LONGEST_WAIT, type Machine } from '../machine';
import type { Rehearsal, Results } from '../rehearsal';
import { agentRunsIn, started } from './boot';
import { runtimeFaults } from './runtime-faults';

/** A reboot ordered from inside. The machine keeps running. */
export async function reboot(rehearsal: Rehearsal, results: Results, machine: Machine): Promise<Inspection> {
  const what = 'systemctl reboot';
  rehearsal.onBoot('reboot', what);
  const count = machine.guest.bootCount;
  const ordered = Date.now();
  void machine.guest.run('systemctl reboot', 5);
  await machine.guest.booted(count, LONGEST_WAIT * 2);
  return agentRunsIn(results, machine, 'reboot', what, ordered);
}

/** The same disks with changed user data, as after a deployment that changed a limit. */
export async function changedStart(rehearsal: Rehearsal, results: Results): Promise<Inspection> {
  const what = 'stopped, user data changed, started';
  const { testbed, userData, expected } = rehearsal;
  rehearsal.onBoot('changed', what);
  await testbed.publish(changedLimits(userData, expected.memoryPercent));
  const machine = await started(rehearsal);
  const seen = await agentRunsIn(results, machine, 'changed', what, machine.poweredOn);
  await machine.powerOff();
  await testbed.publish(userData);
  return seen;
}

/** A new root disk with the old state volume; then faults of the runtime while the machine runs. */
export async function rebuild(rehearsal: Rehearsal, results: Results): Promise<Inspection> {
  const what = 'a new root disk, the same state volume; then faults of the runtime while it runs';
  rehearsal.onBoot('rebuild', what);
  await rehearsal.testbed.freshRoot();
  const machine = await started(rehearsal);
  if (!isFetched(rehearsal.installation)) await placeStandIn(machine);
  const seen = await agentRunsIn(results, machine, 'rebuild', what, machine.poweredOn);
  await runtimeFaults(rehearsal, results, machine, seen);
  await machine.powerOff();
  return seen;
}
