import type { Box } from './box';
import type { Host } from './host';
import type { Reason } from './reason';
import { runningRelease } from './system';

/**
 * Tells an upgrade, of warden or of the system, that this warden sees its box no worse than before: an upgrade must
 * not fail for a fault that was already there, nor succeed with a new one.
 *
 * @param before Codes of the reasons that the last pass before the upgrade ended with.
 * @param isSystemMoving Whether an upgrade of the system was under way when this pass began.
 * @returns the codes to remember: those from before for as long as an upgrade is on trial.
 */
export async function proveSound(
  host: Host,
  box: Box,
  reasons: readonly Reason[],
  before: readonly string[],
  isSystemMoving: boolean,
): Promise<readonly string[]> {
  const codes = reasons.map(({ code }) => code);
  const isSound = codes.every((code) => before.includes(code));
  const isWardenOnTrial = (await host.read(host.paths.upgrade))?.split('\n')[0] === box.warden;
  if (isSound && isWardenOnTrial) await host.write(host.paths.sound, `${box.warden}\n`, { mode: 0o644 });
  if (isSound && isSystemMoving) {
    const release = (await runningRelease(host)) ?? '';
    await host.write(host.paths.systemSound, `${release}\n`, { mode: 0o644 });
  }
  return isWardenOnTrial || isSystemMoving ? before : codes;
}
