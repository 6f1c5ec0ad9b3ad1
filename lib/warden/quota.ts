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
  const amount = '([0-9]+) (bytes|kbytes|mbytes|gbytes)';
  const quotas = listed.matchAll(new RegExp(String.raw`quota (\w+) \{\s*over ${amount} used ${amount}`, 'g'));
  return [...quotas].flatMap(([, name = '', limit, unit = '', used, usedUnit = '']) =>
    Number(used) * (UNITS[usedUnit] ?? 1) >= Number(limit) * (UNITS[unit] ?? 1) ? name : [],
  );
}

/** Warden may not ask the kernel itself: a unit of its own does, and writes down what nft says. */
export async function quotaReason(host: Host): Promise<Reason | undefined> {
  await host.run({ file: 'systemctl', arguments: ['start', COUNT], timeoutSeconds: 30 });
  const used = usedUp((await host.read(host.paths.quotasUsed)) ?? '');
  return used.length === 0 ? undefined : reason('quota-used', used.join(', '));
}
