import {
  ACTIONS,
  type Baseline,
  QUANTITIES,
  type Quantity,
  type Usual,
  type UsualUse,
} from '../config/model';
import { DAY, HOUR } from '../watch/period';
import type { HourlyUse } from './use';

/** What is left out at each end before a mean is taken: a few odd hours, or an attacker's, don't move it. */
const TRIMMED = 0.1;
/** Standard deviations between a normal distribution's mean and its upper tenth. */
const DEVIATIONS = 1.2816;
/** The least spread: a rule that is used in exactly the same way each day may still vary by some 40 % in an hour, and 20 % in a day. */
const [LEAST, LEAST_OF_DAYS] = [0.35, 0.2];

/** Whole days that a baseline needs. */
export const LEAST_DAYS = 7;

/**
 * The usual use of each rule:
 *
 * 1. Count its use in each hour of whole days, hours without use as 0, and take the logarithm.
 * 2. Find the middle of each hour of the day. The greatest of an hour and its two neighbours counts, so that a job may begin
 *    an hour earlier.
 * 3. Find how far above that middle the busiest tenth of the hours begins, and the same for the days' sums.
 */
export function learnBaseline(use: HourlyUse, { from, days }: WholeDays): Baseline {
  const usual = (rule: string, quantity: Quantity) =>
    usualOf(Array.from({ length: days * 24 }, (_, at) => use.of(rule, from + at)[quantity]));
  const rules = [...new Set([...use.rules.keys(), ACTIONS])].sort().map((rule): [string, UsualUse] => {
    const [requests, uploadKiB] = QUANTITIES.map((quantity) => usual(rule, quantity)) as [Usual, Usual];
    return [rule, { requests, uploadKiB }];
  });
  return { from: new Date(from * HOUR).toISOString().slice(0, 10), days, rules: Object.fromEntries(rules) };
}

function usualOf(values: readonly number[]): Usual {
  const seen = values.map(Math.log1p);
  const own = Array.from({ length: 24 }, (_, hour) => middle(seen.filter((_value, at) => at % 24 === hour)));
  const above = seen
    .map((value, at) => value - (own[at % 24] as number))
    .filter((_, at) => own[at % 24] !== 0);
  const sums = Array.from({ length: values.length / 24 }, (_, day) =>
    Math.log1p(values.slice(day * 24, day * 24 + 24).reduce((sum, value) => sum + value, 0)),
  );
  const day = middle(sums);
  return {
    hours: own.map((_, hour) =>
      rounded(Math.max(...[23, 0, 1].map((near) => own[(hour + near) % 24] as number))),
    ),
    spread: rounded(Math.max(LEAST, spread(above))),
    day: rounded(day),
    daySpread: rounded(Math.max(LEAST_OF_DAYS, spread(sums.map((sum) => sum - day)))),
  };
}

/** The median, or for what is rarely used the trimmed mean. */
function middle(values: readonly number[]): number {
  const kept = trimmed(values);
  return Math.max(quantile(values, 0.5), kept.reduce((sum, value) => sum + value, 0) / kept.length);
}

/** Standard deviation of the upper side alone, by its quantile: quiet days and weekends don't widen it, nor do the highest tenth. */
function spread(above: readonly number[]): number {
  return above.length === 0 ? 0 : quantile(above, 1 - TRIMMED) / DEVIATIONS;
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] as number;
}

function trimmed(values: readonly number[]): number[] {
  const out = Math.floor(values.length * TRIMMED);
  return [...values].sort((a, b) => a - b).slice(out, values.length - out);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The first hour, since the epoch, and the number of days. */
export interface WholeDays {
  readonly from: number;
  readonly days: number;
}

/** The whole days (UTC) between the oldest record and now. */
export function wholeDays(use: HourlyUse, now: number): WholeDays {
  const from = Math.ceil((use.first * HOUR) / DAY) * 24;
  return { from, days: Math.max(0, Math.floor(now / DAY) - from / 24) };
}
