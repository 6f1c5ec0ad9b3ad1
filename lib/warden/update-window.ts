import { DAYS, type Day } from '../../constructs/names';

/** One hour of the week, UTC. */
export interface Window {
  readonly day: Day;
  readonly hour: number;
}

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** A Sunday, 00:00 UTC. */
const SUNDAY = Date.UTC(2023, 0, 1);

export function isInWindow(window: Window, now: number): boolean {
  return sinceStart(window, now) < HOUR;
}

/** When the last window before now ended, in milliseconds since the epoch. */
export function lastWindowEnd(window: Window, now: number): number {
  const ended = now - sinceStart(window, now) + HOUR;
  return ended <= now ? ended : ended - WEEK;
}

/** Milliseconds since the window last began. */
function sinceStart({ day, hour }: Window, now: number): number {
  const begin = SUNDAY + DAYS.indexOf(day) * 24 * HOUR + hour * HOUR;
  return (((now - begin) % WEEK) + WEEK) % WEEK;
}
