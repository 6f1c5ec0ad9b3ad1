import type { Progress } from '../../network/run/run';
import type { Outcome } from '../../proof/verdict';
import type { DoorAttempt } from '../plan/attempt';
import type { DoorCast } from '../plan/cast';
import { honestOf } from '../plan/honest';
import { RECORD_CHECKS, type RecordFaults, type RecordId } from '../plan/record-checks';
import { DOOR_VARIANTS, type DoorVariantId } from '../plan/variants';
import type { Box } from './box';
import { playDoors } from './play';
import { playRecords, secretsInFiles } from './records';
import type { Stage } from './stage';

/** Milliseconds: what will not be answered is not waited for as long as what may be answered late. */
const LONGEST = 3_000;
/** Milliseconds that a line may take to be written that should not be. */
const SOON = 300;

export interface WeakenedPlay {
  readonly stage: Stage;
  readonly cast: DoorCast;
  /** What the stage's network is. */
  readonly network: 'shipped' | 'open';
  /** Those that must be seen to get through. */
  readonly attempts: readonly DoorAttempt[];
  /** Whether what boxes keep must be found wanting, too. */
  readonly withRecords: boolean;
  readonly scratch: string;
  /** Values of every secret of the run, by parameter. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface WeakenedPlayed {
  readonly outcomes: ReadonlyMap<DoorVariantId, ReadonlyMap<string, Outcome | string>>;
  readonly records: ReadonlyMap<DoorVariantId, RecordFaults>;
  readonly probes: number;
}

/** Takes one thing after another away from the attacker's door, and plays what must be seen then. */
export async function playWeakened(play: WeakenedPlay, progress: Progress): Promise<WeakenedPlayed> {
  const { stage, cast, network, secrets } = play;
  const outcomes = new Map<DoorVariantId, ReadonlyMap<string, Outcome | string>>();
  const records = new Map<DoorVariantId, RecordFaults>();
  const box = stage.box(cast.agent);
  const policy = await box.policy();
  let probes = 0;
  for (const id of Object.keys(DOOR_VARIANTS) as DoorVariantId[]) {
    const variant = DOOR_VARIANTS[id];
    const attempts = play.attempts.filter(({ weakened }) => weakened === id);
    const checks = RECORD_CHECKS.filter(({ failsIn }) => play.withRecords && failsIn === id);
    if (variant.network !== network || attempts.length + checks.length === 0) continue;
    progress.network(id, variant.what, attempts.length + checks.length);
    const clear = variant.files && (await secretsInFiles(box, secrets));
    await box.weaken(id, policy);
    outcomes.set(id, await playDoors(stage, cast, attempts, progress.attempt, LONGEST));
    const wanting = checks.map((each) => each.id);
    if (wanting.length > 0) records.set(id, await faultsOf(play, box, wanting, progress));
    await clear?.();
    await box.restore(policy);
    probes += attempts.length + checks.length;
  }
  return { outcomes, records, probes };
}

/** One rule is enough where what is kept of it must be wrong. */
async function faultsOf(
  { stage, scratch, secrets }: WeakenedPlay,
  box: Box,
  checks: readonly RecordId[],
  progress: Progress,
): Promise<RecordFaults> {
  const honest = honestOf([{ ...box.cell, own: box.address }]).slice(0, 1);
  const play = { stage, boxes: [box], honest, scratch, secrets, checks, patience: SOON };
  return (await playRecords(play, progress.attempt)).faults;
}
