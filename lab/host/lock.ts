import { closeSync, openSync, readFileSync, readlinkSync, rmSync, writeSync } from 'node:fs';

/** Every namespace of the lab begins so; nothing else is ever touched. */
export const PREFIX = 'airlock-lab-';
export const LOCK = '/run/airlock-lab.lock';

export type LockResult =
  /** `run`: this process, as the namespaces of its lab are called. */
  { readonly ok: true; readonly run: string } | { readonly ok: false; readonly message: string };

/** One lab a machine. A lock whose process is gone was left by a killed run, and is taken over. */
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
  /** When it started, in the kernel's own count: process numbers are used again. */
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
    // The program's name may hold spaces and brackets: fields are counted from its end.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
