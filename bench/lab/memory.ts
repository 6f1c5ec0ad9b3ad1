import type { Box } from '../../lab/proxy/run/box';

/** Resident memory of the two programs of a box, in MiB. */
export interface Memory {
  readonly proxy: Resident;
  readonly warden: Resident;
}

interface Resident {
  readonly now: number;
  /** Highest value since the start. */
  readonly peak: number;
}

const WARDEN = 'grep -lz "^/opt/airlock/warden/current/warden.cjs$" /proc/[0-9]*/cmdline | cut -d/ -f3';

export async function memoryOf(box: Box): Promise<Memory> {
  const [proxy, warden] = await Promise.all(
    ['cat /run/iron-proxy@$(cat /var/lib/airlock/slot).pid', WARDEN].map((pid) =>
      box.shell(`cat "/proc/$(${pid})/status"`),
    ),
  );
  return { proxy: residentIn(proxy as string), warden: residentIn(warden as string) };
}

/** @param status a process's `status` in `/proc` */
export function residentIn(status: string): Resident {
  const [peak, now] = ['VmHWM', 'VmRSS'].map((name) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kib === undefined) throw new Error(`no ${name} in the status of a process: ${status.slice(0, 80)}`);
    return Number(kib) / 1024;
  }) as [number, number];
  return { now, peak };
}
