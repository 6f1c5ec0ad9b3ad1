import { judge, type ProofReport } from '../../proof/judge';
import { applied, rebooted } from '../plan/checks/boots';
import { refused, stateKept } from '../plan/checks/state';
import { LAWS, type LawId } from '../plan/laws';
import type { BootReport } from '../plan/report';
import { faultyBoot } from './boots/faulty';
import { firstBoot } from './boots/first';
import { changedStart, reboot, rebuild } from './boots/later';
import { damagedState, REFUSALS, wrongImage } from './boots/refused';
import type { Rehearsal, Results } from './rehearsal';

export interface Booted {
  readonly boots: readonly BootReport[];
  readonly proofs: readonly ProofReport[];
}

/**
 * All boots, one after the other:
 * 1. first power-on, a reboot, and a start with changed user data: the same root disk and state volume;
 * 2. a rebuild: a new root disk, the same state volume;
 * 3. two boots that must be refused: user data for another Debian, a damaged state volume;
 * 4. a faulty machine, on which the laws of a running machine must fail.
 */
export async function runBoots(rehearsal: Rehearsal): Promise<Booted> {
  const { testbed, userData, expected } = rehearsal;
  const results: Results = { boots: [], shipped: {}, faulty: {} };
  const { shipped, faulty } = results;

  await testbed.freshRoot();
  testbed.blankState();
  await testbed.publish(userData);
  const first = await firstBoot(rehearsal, results);
  const again = await reboot(rehearsal, results, first.machine);
  shipped.R05 = rebooted(first.seen, again, expected);
  // The user data did not change before this reboot, so the check for a change must fail.
  const changed = { ...expected, memoryPercent: Math.max(1, Math.floor(expected.memoryPercent / 2)) };
  faulty.R06 = applied(first.seen, again, changed);
  await first.machine.powerOff();

  shipped.R06 = applied(again, await changedStart(rehearsal, results), changed);

  const rebuilt = await rebuild(rehearsal, results);
  shipped.R03 = stateKept(first.seen, rebuilt);

  const wrong = await wrongImage(rehearsal, results);
  shipped.R11 = refused(wrong.seen, wrong.message, REFUSALS.wrong);
  faulty.R11 = refused(rebuilt, undefined, REFUSALS.wrong);

  const damaged = await damagedState(rehearsal, results);
  shipped.R10 = refused(damaged.seen, damaged.message, REFUSALS.damaged);
  faulty.R10 = refused(rebuilt, undefined, REFUSALS.damaged);
  faulty.R05 = rebooted(rebuilt, damaged.seen, expected);

  await faultyBoot(rehearsal, results, first.seen);
  return { boots: results.boots, proofs: judged(results) };
}

export function judged({ shipped, faulty }: Pick<Results, 'shipped' | 'faulty'>): ProofReport[] {
  return (Object.keys(LAWS) as LawId[]).map((id) =>
    judge(LAWS[id], { shipped: shipped[id], weakened: () => faulty[id] }),
  );
}
