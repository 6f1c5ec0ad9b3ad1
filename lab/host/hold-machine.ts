import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/message-of';
import { janitor } from './janitor';
import { takeLock } from './lock';

export interface Held<Program> {
  /** A directory for this run alone; it goes when the run ends. */
  readonly scratch: string;
  readonly program: Program;
  /** The run's number, which is part of the names of its namespaces. */
  readonly run: string;
}

type Refused = { readonly ok: false; readonly message: string };

/**
 * Uses this machine for one run at a time, and leaves nothing behind.
 *
 * 1. Makes a directory for the run in `directory`, and finds the program of the proxy boxes.
 * 2. Takes the lock of this machine, and starts the janitor: it removes everything, even if this process is killed.
 * 3. Runs `use`. What it throws is the message of the result.
 */
export async function holdMachine<Program, Report>(
  directory: string,
  find: (scratch: string) => Promise<{ readonly ok: true; readonly program: Program } | Refused>,
  use: (held: Held<Program>) => Promise<Report>,
  end: () => void,
): Promise<{ readonly ok: true; readonly report: Report } | Refused> {
  const scratch = mkdtempSync(join(directory, 'airlock-lab-'));
  try {
    const found = await find(scratch);
    if (!found.ok) return found;
    const lock = takeLock();
    if (!lock.ok) return lock;
    const cleaner = janitor(lock.run, scratch);
    try {
      return { ok: true, report: await use({ scratch, program: found.program, run: lock.run }) };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    } finally {
      end();
      await cleaner.done();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
