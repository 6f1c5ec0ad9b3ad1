import type { Host } from './host';
import type { Slot } from './paths';
import { asciiLine } from './reason';
import { healthPort, httpsPort } from './slot';
import { redacted } from './testimony';

/** How long iron-proxy may take to answer after its start, in milliseconds. */
const START_WINDOW = 20_000;
const STEP = 500;

export async function isActive(host: Host, slot: Slot): Promise<boolean> {
  return (await systemctl(host, 'is-active', '--quiet', unitOf(slot))) === 0;
}

export async function answers(host: Host, slot: Slot): Promise<boolean> {
  return (await host.request({ method: 'GET', port: healthPort(slot), path: '/healthz' })).status === 200;
}

/** Stops it, open connections included. */
export async function stop(host: Host, slot: Slot): Promise<void> {
  await host.remove(host.paths.started[slot]);
  await systemctl(host, 'stop', unitOf(slot));
}

/** Starts it anew and waits for an answer. Without one it is stopped, and what it said is returned. */
export async function start(host: Host, slot: Slot): Promise<string | undefined> {
  const unit = unitOf(slot);
  await host.remove(host.paths.started[slot]);
  await systemctl(host, 'reset-failed', unit);
  if ((await systemctl(host, 'restart', unit)) === 0) {
    for (let waited = 0; waited < START_WINDOW; waited += STEP) {
      if ((await answers(host, slot)) && (await isActive(host, slot))) return undefined;
      if (waited > 0 && !(await isActive(host, slot))) break;
      await host.sleep(STEP);
    }
  }
  const said = await lastWords(host);
  await stop(host, slot);
  return said;
}

/** Connections between the front and a slot: established ones to its port, as the kernel lists them. */
export async function connectionsOf(host: Host, slot: Slot): Promise<number> {
  const local = `:${httpsPort(slot).toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ((await host.read(host.paths.tcp)) ?? '').split('\n');
  return lines.filter((line) => {
    const [, address, , state] = line.trim().split(/\s+/);
    return address?.endsWith(local) && state === '01';
  }).length;
}

/** The last line of its stderr that is about no request: where it says why it ends. */
async function lastWords(host: Host): Promise<string> {
  const lines = (await host.tail(host.paths.auditLog, 4096))
    .split('\n')
    .filter((line) => /error/i.test(line) && !line.includes('"audit"'));
  return asciiLine(redacted(lines.at(-1) ?? 'it said nothing'));
}

function unitOf(slot: Slot): string {
  return `iron-proxy@${slot}.service`;
}

async function systemctl(host: Host, ...words: readonly string[]): Promise<number> {
  return (await host.run({ file: 'systemctl', arguments: words, timeoutSeconds: 60 })).status;
}
