import type { FrontSettings } from '../policy/document/front';
import { frontConfig } from './front-files';
import type { Host } from './host';
import { type Reason, reason } from './reason';

const FRONT = 'airlock-front.service';
const CONNECT = 'airlock-connect.service';

/**
 * Keeps the front under an agent's limits. HAProxy checks a new configuration before it is used; one that it refuses changes
 * nothing: the front runs on with the last good one, or stays stopped without one.
 *
 * @param settings undefined while the policy is unknown: what is on disk stays
 */
export async function tendFront(
  host: Host,
  settings: FrontSettings | undefined,
): Promise<Reason | undefined> {
  const refused = settings && (await putInForce(host, frontConfig(settings)));
  if (refused !== undefined) return refused;
  if (settings && (await isActive(host, CONNECT)) !== settings.connect) {
    await systemctl(host, settings.connect ? 'start' : 'stop', CONNECT);
  }
  if ((await host.read(host.paths.front)) === undefined) return undefined;
  if (await isActive(host, FRONT)) return undefined;
  await systemctl(host, 'start', FRONT);
  return (await isActive(host, FRONT)) ? undefined : reason('front-down');
}

async function putInForce(host: Host, text: string): Promise<Reason | undefined> {
  if ((await host.read(host.paths.front)) === text) return undefined;
  const candidate = `${host.paths.front}.new`;
  await host.write(candidate, text, { mode: 0o644 });
  const words = ['-c', '-q', '-f', candidate];
  const { status, output } = await host.run({ file: 'haproxy', arguments: words, timeoutSeconds: 30 });
  await host.remove(candidate);
  if (status !== 0) return reason('front-refused', output.slice(-300));
  await host.write(host.paths.front, text, { mode: 0o644 });
  await systemctl(host, 'reload-or-restart', FRONT);
  return undefined;
}

async function isActive(host: Host, unit: string): Promise<boolean> {
  return (await systemctl(host, 'is-active', '--quiet', unit)) === 0;
}

async function systemctl(host: Host, ...words: readonly string[]): Promise<number> {
  return (await host.run({ file: 'systemctl', arguments: words, timeoutSeconds: 60 })).status;
}
