import { applied, rebooted } from '../plan/checks/boots';
import { refused, stateKept } from '../plan/checks/state';
import { LAWS, type LawId } from '../plan/laws';
import { type BootReport, type CheckReport, judged } from '../plan/report';
import { changedStart, reboot, rebuild } from './boots/again';
import { carelessBoot } from './boots/careless';
import { firstBoot } from './boots/first';
import { damagedState, REFUSALS, wrongImage } from './boots/refused';
import type { Cast, Score } from './cast';

export interface Played {
  readonly boots: readonly BootReport[];
  readonly checks: readonly CheckReport[];
}

/** Every boot in turn: the machine as it is, then a rebuilt one, then the broken ones. */
export async function play(cast: Cast): Promise<Played> {
  const { stage, userData, expected } = cast;
  const score: Score = { boots: [], real: {}, broken: {} };
  const { real, broken } = score;

  await stage.freshRoot();
  stage.blankState();
  await stage.publish(userData);
  const first = await firstBoot(cast, score);
  const again = await reboot(cast, score, first.machine);
  real.R05 = rebooted(first.sight, again, expected);
  // Nothing was changed before this reboot, so nothing may count as applied.
  const changed = { ...expected, memoryPercent: Math.max(1, Math.floor(expected.memoryPercent / 2)) };
  broken.R06 = applied(first.sight, again, changed);
  await first.machine.powerOff();

  real.R06 = applied(again, await changedStart(cast, score), changed);

  const rebuilt = await rebuild(cast, score);
  real.R03 = stateKept(first.sight, rebuilt);

  const wrong = await wrongImage(cast, score);
  real.R11 = refused(wrong.sight, wrong.said, REFUSALS.wrong);
  broken.R11 = refused(rebuilt, undefined, REFUSALS.wrong);

  const damaged = await damagedState(cast, score);
  real.R10 = refused(damaged.sight, damaged.said, REFUSALS.damaged);
  broken.R10 = refused(rebuilt, undefined, REFUSALS.damaged);
  broken.R05 = rebooted(rebuilt, damaged.sight, expected);

  await carelessBoot(cast, score, first.sight);
  const checks = (Object.keys(LAWS) as LawId[]).map((id) =>
    judged({ id, ...LAWS[id] }, real[id], broken[id]),
  );
  return { boots: score.boots, checks };
}
