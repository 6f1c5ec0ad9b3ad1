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

/**
 * Sums of this day and this month. A clock that jumps loses no charge: one of a later day counts as of this day, and one of
 * this month is there again when the clock is.
 */
export class SpendSums {
  /** What other boxes of the agent reserved this month: it counts as spent. */
  others?: Amounts;
  /** What was counted when alerts were last looked for. */
  private looked: Amounts;

  private constructor(
    /** The sum of a month's days before one day. */
    private readonly kept: SpendState,
    /** Micro-USD by day of the charges that it hasn't. */
    private readonly charged: Map<string, number>,
    /** The month whose sum is unknown. */
    private readonly broken: string | undefined,
    now: number,
  ) {
    this.looked = this.own(now);
  }

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
    const today = dayOf(now);
    const month = monthOf(today);
    const isOfMonth = state !== undefined && state !== 'broken' && monthOf(state.before) === month;
    const kept = isOfMonth ? state : { before: `${month}-01`, microUsd: 0 };
    const isMissing = since > kept.before && (state !== undefined || charged.size > 0);
    const broken = state === 'broken' || isMissing ? month : undefined;
    const isKept = (day: string) => monthOf(day) === month && day < kept.before && day < today;
    return new SpendSums(kept, new Map([...charged].filter(([day]) => !isKept(day))), broken, now);
  }

  /** Counts a charge. @returns the alerts that it sets off, by what other boxes reserved meanwhile, too */
  add(microUsd: number, limits: SpendLimits, now: number): SpendAlert[] {
    const day = dayOf(now);
    const before = byPeriod(sumAt(day, [this.looked]));
    this.charged.set(day, (this.charged.get(day) ?? 0) + microUsd);
    const all = this.all(now);
    this.looked = { day, ...all };
    const after = byPeriod(all);
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
      return { period, limitUsd, retryAfter: Math.max(1, Math.ceil((endOf(period, now) - now) / 1000)) };
    }
    return undefined;
  }

  /** Micro-USD of this day and this month. */
  of(now: number): Readonly<Record<SpendPeriod, number>> {
    return byPeriod(this.all(now));
  }

  /** The charges of this box alone. */
  own(now: number): Amounts {
    const day = dayOf(now);
    const [month, { before, microUsd }] = [monthOf(day), this.kept];
    const sum = { day, today: 0, earlier: monthOf(before) >= month ? microUsd : 0 };
    for (const [one, charge] of this.charged) {
      if (one >= day) sum.today += charge;
      else if (monthOf(one) === month) sum.earlier += charge;
    }
    return sum;
  }

  /** Whether a part of the month's records is lost: until the month ends, only a grant opens. */
  isBroken(now: number): boolean {
    return this.broken !== undefined && monthOf(dayOf(now)) <= this.broken;
  }

  state(now: number): SpendState {
    const { day, earlier } = this.own(now);
    return { before: day, microUsd: earlier };
  }

  private all(now: number): Omit<Amounts, 'day'> {
    const own = this.own(now);
    return sumAt(own.day, this.others ? [own, this.others] : [own]);
  }
}

function byPeriod({ today, earlier }: Omit<Amounts, 'day'>): Record<SpendPeriod, number> {
  return { day: today, month: earlier + today };
}

function endOf(period: SpendPeriod, now: number): number {
  const [year = 0, month = 0, day = 0] = dayOf(now).split('-').map(Number);
  return period === 'day' ? Date.UTC(year, month - 1, day + 1) : Date.UTC(year, month, 1);
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
