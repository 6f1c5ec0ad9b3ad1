import { broken, fail, type PreflightCheck, pass } from './check';
import type { LiveVolume } from './live';

/** Backups begin daily and may take six hours (state-backup.ts): an older one means that one was missed. */
export const OLDEST_HOURS = 31;

/** AWS takes requests of clocks that are five minutes wrong (Signature Version 4), so this machine's may be. */
const SKEW_HOURS = 5 / 60;

/** What is lost if the agent deletes everything it can. */
export const loss: PreflightCheck = {
  id: 'loss',
  title: 'if it destroyed all it can, one day of its own work would be lost',
  run: async (subject) => {
    const unsaved = broken(subject, ['VOL-2']);
    if (unsaved) return unsaved;
    const lost = 'its state volume is backed up daily; its root disk is not, and is made anew';
    if (!subject.live) return pass(`${lost}; whether backups run was not checked (--live)`);
    const volumes = await subject.live.stateVolumes();
    if (volumes.length === 0) {
      return fail('none of its machines has its state volume', 'deploy the stack, or attach it again');
    }
    if (volumes.some(({ snapshot }) => !snapshot)) {
      return fail(
        'no snapshot of its state volume exists yet',
        'wait for the nightly backup, or start one in AWS Backup now',
      );
    }
    const hours = Math.max(...volumes.map((volume) => hoursSince(volume, subject.now)));
    if (volumes.some((volume) => hoursSince(volume, subject.now) < -SKEW_HOURS)) {
      return fail(
        "the newest snapshot of its state volume is of the future, by this machine's clock",
        'set the clock, and run it again',
      );
    }
    return hours <= OLDEST_HOURS
      ? pass(`${lost}; the newest snapshot is ${Math.max(0, Math.floor(hours))} hours old`)
      : fail(
          `the newest snapshot of its state volume is ${Math.floor(hours)} hours old`,
          'look at the failed jobs in AWS Backup',
        );
  },
};

function hoursSince({ snapshot }: LiveVolume, now: Date): number {
  return (now.getTime() - (snapshot?.getTime() ?? 0)) / 3_600_000;
}
