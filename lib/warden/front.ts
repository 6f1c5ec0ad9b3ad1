import type { FrontSettings } from '../policy/document/front';
import { dnsConfig, frontConfig, leadTo, quotaConfig } from './front-files';
import type { Command, Host } from './host';
import type { Slot } from './paths';
import { quotaReason } from './quota';
import { type Reason, reason } from './reason';

const CONNECT = 'airlock-connect.service';

/** A part of the front with one configuration file. */
interface Part {
  readonly unit: string;
  readonly file: string;
  /** Absent where only the unit may check: it takes all of a file or nothing. */
  readonly check?: (file: string) => Pick<Command, 'file' | 'arguments'>;
}

const parts = (host: Host) =>
  ({
    quota: { unit: 'airlock-quota.service', file: host.paths.quota },
    haproxy: {
      unit: 'airlock-front.service',
      file: host.paths.front,
      check: (file) => ({ file: 'haproxy', arguments: ['-c', '-q', '-f', file] }),
    },
    dns: {
      unit: 'airlock-dns.service',
      file: host.paths.dns,
      check: (file) => ({ file: 'dnsmasq', arguments: ['--test', `--conf-file=${file}`] }),
    },
  }) satisfies Record<string, Part>;

/**
 * Keeps the front, its limits of bytes and its DNS server running. A new configuration is checked before it is used; a refused
 * one changes nothing: the part runs on with the last good one, or stays stopped without one.
 *
 * @param settings undefined while the policy is unknown: the limits on disk stay
 * @param slot where iron-proxy runs; undefined before the first policy
 * @param address the box's own
 */
export async function tendFront(
  host: Host,
  settings: FrontSettings | undefined,
  slot: Slot | undefined,
  address: string,
): Promise<readonly Reason[]> {
  const { quota, haproxy, dns } = parts(host);
  const limits = settings ? frontConfig(settings, slot ?? 'a') : await host.read(haproxy.file);
  const reasons = [
    // First: the front doesn't start without it.
    await tendPart(host, quota, settings && quotaConfig(settings, host.now())),
    await tendPart(host, haproxy, limits && (slot ? leadTo(slot, limits) : limits)),
    await tendPart(host, dns, dnsConfig(address)),
    await quotaReason(host),
  ];
  if (settings && (await isActive(host, CONNECT)) !== settings.connect) {
    await systemctl(host, settings.connect ? 'start' : 'stop', CONNECT);
  }
  return reasons.filter((each) => each !== undefined);
}

/** @param text undefined: what is on disk stays */
async function tendPart(host: Host, part: Part, text: string | undefined): Promise<Reason | undefined> {
  const refused = text === undefined ? undefined : await putInForce(host, part, text);
  if ((await host.read(part.file)) === undefined) return refused;
  if (!(await isActive(host, part.unit))) await systemctl(host, 'start', part.unit);
  return refused ?? ((await isActive(host, part.unit)) ? undefined : reason('front-down', part.unit));
}

async function putInForce(
  host: Host,
  { unit, file, check }: Part,
  text: string,
): Promise<Reason | undefined> {
  const before = await host.read(file);
  if (before === text) return undefined;
  const refused = (output: string) => reason('front-refused', `${unit}: ${output.slice(-300)}`);
  if (check !== undefined) {
    const candidate = `${file}.new`;
    await host.write(candidate, text, { mode: 0o644 });
    const { status, output } = await host.run({ ...check(candidate), timeoutSeconds: 30 });
    await host.remove(candidate);
    if (status !== 0) return refused(output);
  }
  await host.write(file, text, { mode: 0o644 });
  if ((await systemctl(host, 'reload-or-restart', unit)) === 0 || check !== undefined) return undefined;
  await (before === undefined ? host.remove(file) : host.write(file, before, { mode: 0o644 }));
  return refused('its unit fails');
}

async function isActive(host: Host, unit: string): Promise<boolean> {
  return (await systemctl(host, 'is-active', '--quiet', unit)) === 0;
}

async function systemctl(host: Host, ...words: readonly string[]): Promise<number> {
  return (await host.run({ file: 'systemctl', arguments: words, timeoutSeconds: 60 })).status;
}
