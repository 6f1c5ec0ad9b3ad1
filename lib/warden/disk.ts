import { dirname } from 'node:path';
import type { Host } from './host';
import { type Reason, reason } from './reason';

const MIB = 1024 * 1024;
/** Below this warden stops iron-proxy. It is some hours of a busy agent's records. */
const SHUT_BELOW = 256 * MIB;
/** Above this it starts it again; the gap keeps it from stopping and starting in turn. */
const OPEN_ABOVE = 384 * MIB;
const FILES = 1000;

/**
 * Why the full disk must stop iron-proxy, if it is full: a request whose record can't be written must not happen
 * (LOG-2).
 *
 * @param full Whether it was full at the last pass.
 */
export async function checkDisk(host: Host, full: boolean): Promise<Reason | undefined> {
  const needed = full ? OPEN_ABOVE : SHUT_BELOW;
  for (const path of [
    dirname(host.paths.records),
    dirname(host.paths.auditLog),
    dirname(host.paths.policies.a),
  ]) {
    const { freeBytes, freeFiles } = await host.space(path);
    if (freeBytes < needed || freeFiles < FILES) {
      const detail = `${Math.floor(freeBytes / MIB)} MiB and ${freeFiles} files are free, ${needed / MIB} MiB and ${FILES} are needed`;
      return reason('disk-full', detail);
    }
  }
  return undefined;
}
