import type { Host } from './host';
import { type Reason, reason } from './reason';

const COUNT = 'airlock-quota-count.service';
const UNITS: Readonly<Record<string, number>> = {
  bytes: 1,
  kbytes: 2 ** 10,
  mbytes: 2 ** 20,
  gbytes: 2 ** 30,
};

/** Which of the day's quotas are used up, as nft lists them. Pure. */
export function usedUp(listed: string): readonly string[] {
  return quotasIn(listed).flatMap(({ name, limit, used }) => (used >= limit ? name : []));
}

/** MiB that the agent host has sent since midnight (UTC), on open connections too, as nft lists them. Pure. */
export function sentMiB(listed: string): number {
  const upload = quotasIn(listed).find(({ name }) => name === 'upload');
  return Math.floor((upload?.used ?? 0) / 2 ** 20);
}

function quotasIn(listed: string) {
  const amount = '([0-9]+) (bytes|kbytes|mbytes|gbytes)';
  const quotas = listed.matchAll(new RegExp(String.raw`quota (\w+) \{\s*over ${amount} used ${amount}`, 'g'));
  const bytes = (count = '', unit = '') => Number(count) * (UNITS[unit] ?? 1);
  return [...quotas].map(([, name = '', limit, unit, used, usedUnit]) => ({
    ...{ name, limit: bytes(limit, unit), used: bytes(used, usedUnit) },
  }));
}

/** Warden may not ask the kernel itself: a unit of its own does, and writes down what nft says. */
export async function quotaReason(host: Host): Promise<Reason | undefined> {
  await host.run({ file: 'systemctl', arguments: ['start', COUNT], timeoutSeconds: 30 });
  const used = usedUp((await host.read(host.paths.quotasUsed)) ?? '');
  return used.length === 0 ? undefined : reason('quota-used', used.join(', '));
}
