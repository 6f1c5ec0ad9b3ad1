import { messageOf } from '../message-of';
import type { Clock } from './cell';

/**
 * - `confirmed`: done, and read back from AWS.
 * - `unconfirmed`: AWS accepted it, and what was read back doesn't show it yet.
 * - `failed`: AWS refused it, or couldn't be asked.
 * - `skipped`: there was nothing to do, or it was asked not to be done.
 */
export type StepState = 'confirmed' | 'unconfirmed' | 'failed' | 'skipped';

export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** What was seen, or AWS's refusal. */
  readonly saw: string;
  /** From the start of the command to the confirmation, or to giving up. */
  readonly seconds: number;
}

/** One thing to do, and how AWS shows that it is done. */
export interface Step {
  readonly id: string;
  readonly title: string;
  /** Why there is nothing to do. @default there is */
  readonly skip?: string;
  readonly run: () => Promise<void>;
  /** What AWS shows now; `done` ends the waiting, and so does `failed`. */
  readonly look: () => Promise<{ readonly done: boolean; readonly failed?: boolean; readonly saw: string }>;
  /** How long AWS's answer is waited for, in seconds. @default CONFIRM_SECONDS */
  readonly patience?: number;
}

/** How long AWS's answer is waited for. EC2 takes up to a minute to stop a machine; force makes it shorter. */
export const CONFIRM_SECONDS = 90;
const LOOK_EVERY_SECONDS = 2;

/** Runs one step and waits until AWS shows that it is done. Never throws: a step that fails must not stop the others. */
export async function runStep(step: Step, clock: Clock, started: Date): Promise<StepReport> {
  const { id, title } = step;
  const report = (state: StepState, saw: string): StepReport => ({
    id,
    title,
    state,
    saw,
    seconds: secondsBetween(started, clock.now()),
  });
  if (step.skip !== undefined) return report('skipped', step.skip);
  try {
    await step.run();
  } catch (error) {
    return report('failed', messageOf(error));
  }
  const deadline = clock.now().getTime() + (step.patience ?? CONFIRM_SECONDS) * 1000;
  let saw = '';
  do {
    try {
      const seen = await step.look();
      if (seen.done) return report('confirmed', seen.saw);
      if (seen.failed) return report('failed', seen.saw);
      saw = seen.saw;
    } catch (error) {
      saw = messageOf(error);
      // No permission comes by waiting.
      if ((error as { reason?: string }).reason === 'denied') break;
    }
    await clock.pause(LOOK_EVERY_SECONDS * 1000);
  } while (clock.now().getTime() < deadline);
  return report('unconfirmed', saw);
}

/** Whether AWS showed every step that there was to do. */
export function isConfirmed(steps: readonly StepReport[]): boolean {
  return steps.every(({ state }) => state === 'confirmed' || state === 'skipped');
}

function secondsBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 100) / 10;
}
