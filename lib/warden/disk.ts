import { dirname } from 'node:path';
import type { Host } from './host';
import { type Reason, reason } from './reason';

const MIB = 1024 * 1024;
/** Below this the door shuts: at a busy agent's pace it is some hours of audit lines. */
const SHUT_BELOW = 256 * MIB;
/** Above this it opens again; the gap keeps it from swinging. */
const OPEN_ABOVE = 384 * MIB;
const FILES = 1000;

/**
 * No space, no door: a request whose audit line can't be written must not happen (LOG-1).
 *
 * @param full Whether it was full at the last look.
 */
export async function checkDisk(host: Host, full: boolean): Promise<Reason | undefined> {
  const needed = full ? OPEN_ABOVE : SHUT_BELOW;
  for (const path of [dirname(host.paths.auditLog), dirname(host.paths.policy)]) {
    const { freeBytes, freeFiles } = await host.space(path);
    if (freeBytes < needed || freeFiles < FILES) {
      const detail = `${Math.floor(freeBytes / MIB)} MiB and ${freeFiles} files are free, ${needed / MIB} MiB and ${FILES} are needed`;
      return reason('disk-full', detail);
    }
  }
  return undefined;
}
