import { type Amounts, sumAt } from './ledger';

/** Limits of the upper bounds of one day and one month, UTC, in US dollars. */
export interface SpendLimits {
  readonly dailyUsd?: number;
  readonly monthlyUsd?: number;
}

/** What the gate tells of its sums: they are upper bounds, in US dollars. */
export interface SpendSeen extends SpendLimits {
  readonly dayUsd: number;
  readonly monthUsd: number;
  /** A part of the month's records is lost. */
  readonly isLost?: boolean;
  /** Why the box can't reserve more. */
  readonly problem?: string;
}

export const SPEND_PERIODS = ['day', 'month'] as const;
export type SpendPeriod = (typeof SPEND_PERIODS)[number];

/** People hear of these; at 100 requests are refused. */
const ALERTS = [50, 80, 100] as const;
export const MICRO = 1_000_000;

/** What survives a restart and the rotation of the records: the sum of the month's days before one day. */
export interface SpendState {
  /** As YYYY-MM-DD: the records since its beginning are counted, and none before. */
  readonly before: string;
  readonly microUsd: number;
}

export interface SpendAlert {
  readonly period: SpendPeriod;
  readonly percent: number;
  readonly limitUsd: number;
  readonly microUsd: number;
}

export interface OverLimit {
  readonly period: SpendPeriod;
  readonly limitUsd: number;
  /** Seconds until the period ends. */
  readonly retryAfter: number;
}

/** Sums of this day and this month. A clock that is set back changes neither: what is counted stays counted. */
export class SpendSums {
  /** What other boxes of the agent reserved this month: it counts as spent. */
  others?: Amounts;

  private constructor(
    private day: string,
    /** Of the month's days before `day`. */
    private earlier: number,
    private today: number,
    /** The month's sum is unknown. */
    private broken: boolean,
  ) {}

  /**
   * @param state What was kept: undefined for a gate that never had any, 'broken' for a state that can't be read.
   * @param charged Charges of the records that are there, by day.
   * @param since The first day of which every record is there; '' for all.
   */
  static restore(
    state: SpendState | 'broken' | undefined,
    charged: ReadonlyMap<string, number>,
    since: string,
    now: number,
  ): SpendSums {
    const kept = state === 'broken' ? undefined : state;
    const today = dayOf(now);
    const month = monthOf(today);
    const base = kept && monthOf(kept.before) === month ? kept : { before: `${month}-01`, microUsd: 0 };
    const days = [...charged].filter(([day]) => day >= base.before && day < today);
    const earlier = days.reduce((sum, [, microUsd]) => sum + microUsd, base.microUsd);
    // Those of later days are of a clock that was set back.
    const ofToday = [...charged]
      .filter(([day]) => day >= today)
      .reduce((sum, [, microUsd]) => sum + microUsd, 0);
    const isMissing = since > base.before && (state !== undefined || charged.size > 0);
    return new SpendSums(today, earlier, ofToday, state === 'broken' || isMissing);
  }

  /** Counts a charge. @returns the alerts that it sets off */
  add(microUsd: number, limits: SpendLimits, now: number): SpendAlert[] {
    this.roll(now);
    const before = this.of(now);
    this.today += microUsd;
    const after = this.of(now);
    return SPEND_PERIODS.flatMap((period) => {
      const limitUsd = limitOf(limits, period);
      if (limitUsd === undefined) return [];
      const reached = (percent: number) => (limitUsd * MICRO * percent) / 100;
      return ALERTS.filter(
        (percent) => before[period] < reached(percent) && after[period] >= reached(percent),
      ).map((percent) => ({ period, percent, limitUsd, microUsd: after[period] }));
    });
  }

  /** The limit that this charge would exceed, or that is reached. */
  over(microUsd: number, limits: SpendLimits, now: number): OverLimit | undefined {
    const spent = this.of(now);
    for (const period of SPEND_PERIODS) {
      const limitUsd = limitOf(limits, period);
      if (limitUsd === undefined || spent[period] + Math.max(1, microUsd) <= limitUsd * MICRO) continue;
      return { period, limitUsd, retryAfter: Math.max(1, Math.ceil((this.ends(period) - now) / 1000)) };
    }
    return undefined;
  }

  /** Micro-USD of this day and this month. */
  of(now: number): Readonly<Record<SpendPeriod, number>> {
    const own = this.own(now);
    const others = sumAt(own.day, this.others ? [this.others] : []);
    const today = own.today + others.today;
    return { day: today, month: own.earlier + others.earlier + today };
  }

  /** The charges of this box alone. */
  own(now: number): Amounts {
    this.roll(now);
    return { day: this.day, today: this.today, earlier: this.earlier };
  }

  /** Whether a part of the month's records is lost: until the month ends, only a grant opens. */
  isBroken(now: number): boolean {
    this.roll(now);
    return this.broken;
  }

  state(now: number): SpendState {
    this.roll(now);
    return { before: this.day, microUsd: this.earlier };
  }

  private roll(now: number): void {
    const day = dayOf(now);
    if (day <= this.day) return;
    const sameMonth = monthOf(day) === monthOf(this.day);
    this.earlier = sameMonth ? this.earlier + this.today : 0;
    this.broken &&= sameMonth;
    this.today = 0;
    this.day = day;
  }

  private ends(period: SpendPeriod): number {
    const [year = 0, month = 0, day = 0] = this.day.split('-').map(Number);
    return period === 'day' ? Date.UTC(year, month - 1, day + 1) : Date.UTC(year, month, 1);
  }
}

/** A sentence for people. */
export function describeOverLimit(agent: string, { period, limitUsd }: OverLimit): string {
  const setting = period === 'day' ? 'dailyUsd' : 'monthlyUsd';
  return `the model calls of ${agent} may cost ${limitUsd} USD a ${period} at most: spend.model.${setting}`;
}

/** Of `spend.model`, for people: both sums are upper bounds. */
export function describeSpent({
  dayUsd,
  monthUsd,
  dailyUsd,
  monthlyUsd,
  isLost,
  problem,
}: SpendSeen): string {
  const of = (limit: number | undefined) => (limit === undefined ? '' : ` of ${limit}`);
  const lost = isLost ? "; the month's sum is LOST" : '';
  return `at most ${dayUsd.toFixed(2)}${of(dailyUsd)} USD today, ${monthUsd.toFixed(2)}${of(monthlyUsd)} this month${lost}${problem ? `; NOT RESERVED: ${problem}` : ''}`;
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}

function limitOf(limits: SpendLimits, period: SpendPeriod): number | undefined {
  return period === 'day' ? limits.dailyUsd : limits.monthlyUsd;
}
