import type { FrontSettings } from '../policy/document/front';
import { dnsConfig, frontConfig } from './front-files';
import type { Command, Host } from './host';
import { type Reason, reason } from './reason';

const CONNECT = 'airlock-connect.service';

/** A program of the front with one configuration file, which it checks itself. */
interface Part {
  readonly unit: string;
  readonly file: string;
  readonly check: (file: string) => Pick<Command, 'file' | 'arguments'>;
}

const parts = (host: Host) =>
  ({
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
 * Keeps the front and its DNS server running, under an agent's limits. A program checks its new configuration before that is
 * used; one that it refuses changes nothing: it runs on with the last good one, or stays stopped without one.
 *
 * @param settings undefined while the policy is unknown: what is on disk stays
 * @param address the box's own
 */
export async function tendFront(
  host: Host,
  settings: FrontSettings | undefined,
  address: string,
): Promise<readonly Reason[]> {
  const { haproxy, dns } = parts(host);
  const reasons = [
    await tendPart(host, haproxy, settings && frontConfig(settings)),
    await tendPart(host, dns, dnsConfig(address)),
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
  if ((await host.read(file)) === text) return undefined;
  const candidate = `${file}.new`;
  await host.write(candidate, text, { mode: 0o644 });
  const { status, output } = await host.run({ ...check(candidate), timeoutSeconds: 30 });
  await host.remove(candidate);
  if (status !== 0) return reason('front-refused', `${unit}: ${output.slice(-300)}`);
  await host.write(file, text, { mode: 0o644 });
  await systemctl(host, 'reload-or-restart', unit);
  return undefined;
}

async function isActive(host: Host, unit: string): Promise<boolean> {
  return (await systemctl(host, 'is-active', '--quiet', unit)) === 0;
}

async function systemctl(host: Host, ...words: readonly string[]): Promise<number> {
  return (await host.run({ file: 'systemctl', arguments: words, timeoutSeconds: 60 })).status;
}
