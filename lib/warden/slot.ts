import { parse } from 'yaml';
import { HTTP_LISTEN, HTTPS_LISTEN, METRICS_LISTEN, SECOND_LISTEN } from '../policy/document/facts';
import { checkProxyConfig } from '../policy/document/schema';
import type { Host } from './host';
import type { Slot } from './paths';
import { type Policy, policyOf, renderConfig } from './render';

export const SLOTS: readonly Slot[] = ['a', 'b'];

const LISTENERS = {
  a: { https: HTTPS_LISTEN, http: HTTP_LISTEN, metrics: METRICS_LISTEN },
  b: SECOND_LISTEN,
};

export const other = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');
export const httpsPort = (slot: Slot): number => portOf(LISTENERS[slot].https);
export const healthPort = (slot: Slot): number => portOf(LISTENERS[slot].metrics);

function portOf(listener: string): number {
  return Number(listener.split(':')[1]);
}

/** The policy's file: the bundle's own listeners are slot a's. */
export function textIn(slot: Slot, { config }: Policy): string {
  const { https, http, metrics } = LISTENERS[slot];
  const proxy = { ...config.proxy, https_listen: https, http_listen: http };
  return renderConfig({ ...config, proxy, metrics: { listen: metrics } });
}

export async function writePolicy(host: Host, slot: Slot, policy: Policy): Promise<void> {
  await host.write(host.paths.policies[slot], textIn(slot, policy), { mode: 0o640, group: 'iron-proxy' });
}

/** The policy in a slot's file. A file that warden would not write itself is removed. */
export async function readPolicy(host: Host, slot: Slot, prefix: string): Promise<Policy | undefined> {
  const path = host.paths.policies[slot];
  const text = await host.read(path).catch(() => '');
  if (text === undefined) return undefined;
  const checked = checkProxyConfig(parsed(inSlotA(slot, text)), prefix);
  if (checked.ok) return policyOf(checked.config);
  await host.remove(path);
  return undefined;
}

/** The text of a slot's file as slot a has it: only the slot's own listeners change, and the check refuses any other. */
export function inSlotA(slot: Slot, text: string): string {
  const names = ['https', 'http', 'metrics'] as const;
  return names.reduce(
    (found, name) => found.replace(JSON.stringify(LISTENERS[slot][name]), JSON.stringify(LISTENERS.a[name])),
    text,
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** The slot to which the front leads new connections; undefined before the first policy. */
export async function slotInForce(host: Host): Promise<Slot | undefined> {
  const text = (await host.read(host.paths.slot))?.trim();
  return SLOTS.find((slot) => slot === text);
}
