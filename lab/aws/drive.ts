import { messageOf } from '../../lib/message-of';
import type { Check } from './check';
import type { Leftover } from './leftovers';
import type { Trial } from './trial';

export interface Seen extends Pick<Check, 'id' | 'title' | 'covers'> {
  readonly status: 'pass' | 'fail' | 'not reached';
  readonly evidence: string;
  readonly seconds: number;
}

export interface Report {
  readonly seen: readonly Seen[];
  /** What the run could not remove; empty with `--keep`. */
  readonly left: readonly Leftover[];
  /** Why the removal itself did not finish. */
  readonly cleanup?: string;
}

export interface DriveInput {
  readonly checks: readonly Check[];
  readonly trial: (signal: AbortSignal) => Trial;
  /** Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** For all checks together; the removal has its own limit. */
  readonly minutes: number;
  readonly keep: boolean;
  readonly removeAll: (trial: Trial, signal: AbortSignal) => Promise<readonly Leftover[]>;
  readonly tell: (line: string) => void;
  readonly now: () => Date;
}

/** The time limit of the removal. */
export const CLEANUP_MINUTES = 45;

/** How long a check may take after its time limit to end its programs, in milliseconds. */
const GRACE = 15_000;

/**
 * Runs the checks in order, each within its time limit, and then removes everything, also after a failure. A failed
 * check skips only the checks that need it.
 */
export async function drive(input: DriveInput): Promise<Report> {
  const { checks, interrupt, now, tell } = input;
  const end = now().getTime() + input.minutes * 60_000;
  const seen: Seen[] = [];
  for (const check of checks) {
    const began = now().getTime();
    const { status, evidence } = await result(input, check, seen, end - began);
    const seconds = Math.round((now().getTime() - began) / 1000);
    const { id, title, covers } = check;
    seen.push({ id, title, covers, status, evidence, seconds });
    tell(`${status.padEnd(11)} ${id}: ${title} (${seconds} s)\n            ${evidence}`);
  }
  if (input.keep) return { seen, left: [] };
  tell(`removing everything${interrupt.aborted ? ' (Ctrl-C again leaves it where it is)' : ''}`);
  try {
    const left = await within(CLEANUP_MINUTES, undefined, (signal) =>
      input.removeAll(input.trial(signal), signal),
    );
    return { seen, left };
  } catch (error) {
    return { seen, left: [], cleanup: messageOf(error) };
  }
}

async function result(
  input: DriveInput,
  check: Check,
  seen: readonly Seen[],
  remaining: number,
): Promise<Pick<Seen, 'status' | 'evidence'>> {
  const missed = check.needs.find((id) => seen.some((each) => each.id === id && each.status !== 'pass'));
  if (input.interrupt.aborted) return { status: 'not reached', evidence: 'the run was interrupted' };
  if (remaining <= 0) return { status: 'not reached', evidence: `the ${input.minutes} minutes were over` };
  if (missed) return { status: 'not reached', evidence: `it needs ${missed}, which did not pass` };
  const minutes = Math.min(check.minutes, remaining / 60_000);
  try {
    return await within(minutes, input.interrupt, (signal) => check.run(input.trial(signal)));
  } catch (error) {
    return { status: 'fail', evidence: messageOf(error) };
  }
}

/** @throws when the time is over, even if the work ignores its signal */
async function within<T>(
  minutes: number,
  interrupt: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const over = (why: string) => own.abort(new Error(why));
  const timer = setTimeout(() => over(`not done after ${Math.ceil(minutes)} minutes`), minutes * 60_000);
  const onInterrupt = () => over('interrupted');
  interrupt?.addEventListener('abort', onInterrupt, { once: true });
  let grace: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      const end = () => {
        grace = setTimeout(() => reject(own.signal.reason), GRACE);
      };
      own.signal.addEventListener('abort', end, { once: true });
    });
    return await Promise.race([work(own.signal), late]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    interrupt?.removeEventListener('abort', onInterrupt);
  }
}
