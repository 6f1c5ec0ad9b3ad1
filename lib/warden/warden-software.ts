import { join } from 'node:path';
import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import type { Box } from './box';
import { AwsError, type Host } from './host';
import { prune } from './prune';
import { type Reason, reason } from './reason';

export const BUNDLE = 'warden.cjs';

/**
 * Fetches the wanted warden, verifies it and starts airlock-upgrade.service, which switches, waits until the new warden
 * reports a sound box, and otherwise goes back: a program can't be trusted to judge its own failure.
 */
export async function tendWarden(host: Host, box: Box, { warden }: BoxManifest): Promise<Reason | undefined> {
  const bad = (await host.read(host.paths.badWarden))?.trim();
  // When the manifest names another warden, a bad one may be tried again if it is ever wanted again.
  if (bad !== undefined && bad !== warden.sha256) await host.remove(host.paths.badWarden);
  if (warden.sha256 === box.warden) {
    if ((await host.read(host.paths.upgrade)) === undefined)
      await prune(host, host.paths.wardens, [box.warden]);
    return undefined;
  }
  if (bad === warden.sha256) return reason('warden-rolled-back', warden.sha256);
  if ((await host.read(host.paths.upgrade)) === undefined) {
    const problem = await fetchWarden(host, warden);
    if (problem !== undefined) return reason('warden-unavailable', problem);
    await host.write(host.paths.upgrade, `${warden.sha256}\n${box.warden}\n`, { mode: 0o600 });
  }
  // At every poll: it does nothing while the unit runs, and restarts an interrupted one.
  const words = ['start', '--no-block', 'airlock-upgrade.service'];
  await host.run({ file: 'systemctl', arguments: words, timeoutSeconds: 30 });
  return undefined;
}

async function fetchWarden(host: Host, warden: BoxManifest['warden']): Promise<string | undefined> {
  const place = join(host.paths.wardens, warden.sha256);
  const present = await host.sha256(join(place, BUNDLE)).catch(() => undefined);
  if (present === warden.sha256) return undefined;
  const scratch = await host.scratch(host.paths.wardens);
  try {
    const file = join(scratch, BUNDLE);
    await host.getObject(warden.bucket, warden.key, file);
    const digest = await host.sha256(file);
    if (digest !== warden.sha256) return `the object's digest is ${digest}, ${warden.sha256} is wanted`;
    await host.place(scratch, place);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  } finally {
    await host.remove(scratch);
  }
}
