import type { Box } from './box';
import type { Host } from './host';
import type { Reason } from './reason';
import { runningRelease } from './system';

/**
 * Tells an upgrade, of warden or of the system, that the box is no worse than before. So an upgrade doesn't fail because
 * of an earlier fault, and doesn't succeed with a new one.
 *
 * @param before Codes of the reasons at the end of the last pass before the upgrade.
 * @param isSystemMoving Whether an upgrade of the system was under way when this pass began.
 * @returns the codes to remember: while an upgrade is on trial, those from before it.
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
