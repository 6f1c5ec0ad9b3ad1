import { closeSync, openSync, readFileSync, readlinkSync, rmSync, writeSync } from 'node:fs';

/** Names of the lab's namespaces begin with it; the lab touches no other namespace. */
export const PREFIX = 'airlock-lab-';
export const LOCK = '/run/airlock-lab.lock';

export type LockResult =
  /** `run`: the process number, which is part of its namespaces' names. */
  { readonly ok: true; readonly run: string } | { readonly ok: false; readonly message: string };

/** One lab runs on a machine at a time. A lock whose process is gone was left by a killed run, and is taken over. */
export function takeLock(): LockResult {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const descriptor = openSync(LOCK, 'wx', 0o600);
      writeSync(descriptor, JSON.stringify(self()));
      closeSync(descriptor);
      return { ok: true, run: self().pid };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder();
    if (holder !== undefined && startOf(holder.pid) === holder.start) {
      return {
        ok: false,
        message: `another lab is running as process ${holder.pid} (${LOCK}): wait for it, or end it`,
      };
    }
    rmSync(LOCK, { force: true });
  }
  return { ok: false, message: `another lab has just taken ${LOCK}: wait for it` };
}

interface Holder {
  readonly pid: string;
  /** When it started, as the kernel counts: process numbers are reused. */
  readonly start: string | undefined;
}

function self(): Holder {
  const pid = readlinkSync('/proc/self');
  return { pid, start: startOf(pid) };
}

function readHolder(): Holder | undefined {
  try {
    const { pid, start } = JSON.parse(readFileSync(LOCK, 'utf8'));
    return /^\d+$/.test(pid) && typeof start === 'string' ? { pid, start } : undefined;
  } catch {
    return undefined;
  }
}

function startOf(pid: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name may hold spaces and brackets, so that fields are counted from its end.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
