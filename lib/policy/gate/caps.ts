import { CAPPED, type Capped, type Caps, PERIODS, type Period } from '../../config/model';

const MIB = 1024 * 1024;
const SECONDS: Record<Period, number> = { hour: 3600, day: 86_400 };
/** Units of a cap's number. */
const UNIT: Record<Capped, number> = { requests: 1, actions: 1, uploadMiB: MIB, logMiB: MIB };

/** Requests, actions, and bytes of bodies and of records. */
export type Usage = Readonly<Record<Capped, number>>;

export interface OverCap {
  readonly of: Capped;
  readonly period: Period;
  readonly limit: number;
  /** Seconds until the period ends. */
  readonly retryAfter: number;
}

/** Key, start, and what was used. */
export type SavedCount = [string, number, number, number, number, number];

/** Counts what an agent and each of its rules used in this hour and this day, UTC. */
export class Counters {
  private readonly counts: Map<string, { start: number; readonly used: Record<Capped, number> }>;

  constructor(saved: readonly SavedCount[] = []) {
    this.counts = new Map(
      saved.map(([key, start, requests, actions, uploadMiB, logMiB]) => [
        key,
        { start, used: { requests, actions, uploadMiB, logMiB } },
      ]),
    );
  }

  /** Of the periods that aren't over. */
  save(now: number): SavedCount[] {
    return [...this.counts]
      .filter(([key, { start }]) =>
        PERIODS.some((period) => key.startsWith(`${period} `) && start >= startOf(period, now)),
      )
      .map(([key, { start, used }]) => [
        key,
        start,
        used.requests,
        used.actions,
        used.uploadMiB,
        used.logMiB,
      ]);
  }

  /** @param who A rule's id, or '' for the agent. @param now Milliseconds since the epoch. */
  add(who: string, usage: Partial<Usage>, now: number): void {
    for (const period of PERIODS) {
      const used = this.used(who, period, now);
      for (const of of CAPPED) used[of] += usage[of] ?? 0;
    }
  }

  /** The first cap that this use would exceed. */
  over(who: string, caps: Caps, usage: Partial<Usage>, now: number): OverCap | undefined {
    for (const of of CAPPED) {
      for (const period of PERIODS) {
        const limit = caps[of]?.[period];
        if (limit === undefined || this.used(who, period, now)[of] + (usage[of] ?? 0) <= limit * UNIT[of])
          continue;
        const seconds = Math.floor(now / 1000);
        return { of, period, limit, retryAfter: SECONDS[period] - (seconds % SECONDS[period]) };
      }
    }
    return undefined;
  }

  private used(who: string, period: Period, now: number): Record<Capped, number> {
    const key = `${period} ${who}`;
    const start = startOf(period, now);
    const known = this.counts.get(key);
    if (known !== undefined && known.start >= start) return known.used;
    const fresh = { requests: 0, actions: 0, uploadMiB: 0, logMiB: 0 };
    this.counts.set(key, { start, used: fresh });
    return fresh;
  }
}

function startOf(period: Period, now: number): number {
  return Math.floor(now / 1000 / SECONDS[period]);
}

/** A sentence for people. */
export function describeOver(who: string, { of, period, limit }: OverCap): string {
  const what = {
    requests: `${limit} requests`,
    actions: `${limit} actions (requests of medium risk)`,
    uploadMiB: `${limit} MiB of request bodies`,
    logMiB: `${limit} MiB of records`,
  };
  return `${who} may use ${what[of]} ${period === 'hour' ? 'an hour' : 'a day'}: caps.${of}.${period}`;
}
