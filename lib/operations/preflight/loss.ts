import { broken, fail, type PreflightCheck, pass } from './check';

/** Backups begin daily and may take six hours (state-backup.ts): an older one means that one was missed. */
const OLDEST_HOURS = 31;

/** The seeds' rm -rf test. */
export const loss: PreflightCheck = {
  id: 'loss',
  title: 'if it destroyed all it can, one day of its own work would be lost',
  run: async (subject) => {
    const unsaved = broken(subject, ['VOL-2']);
    if (unsaved) return unsaved;
    const lost = 'its state volume is backed up daily; its root disk is not, and is made anew';
    if (!subject.live) return pass(`${lost}; whether backups run was not looked at (--live)`);
    const newest = await subject.live.newestSnapshot();
    if (!newest) {
      return fail(
        'no snapshot of its state volume exists yet',
        'wait for the nightly backup, or start one in AWS Backup now',
      );
    }
    const hours = (subject.now.getTime() - newest.getTime()) / 3_600_000;
    return hours <= OLDEST_HOURS
      ? pass(`${lost}; the newest snapshot is ${Math.floor(hours)} hours old`)
      : fail(
          `the newest snapshot of its state volume is ${Math.floor(hours)} hours old`,
          'look at the failed jobs in AWS Backup',
        );
  },
};
