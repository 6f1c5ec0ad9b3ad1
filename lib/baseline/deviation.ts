import { ACTIONS, type Baseline, QUANTITIES, type Quantity } from '../config/model';
import type { HourlyUse } from './use';

type Rules = Baseline['rules'];

/** What a day may be above the usual without adding to the sum. */
const ALLOWANCE = 0.5;
/** So much is never unusual. */
const FEW: Record<Quantity, number> = { requests: 3, uploadKiB: 64 };
const NEVER = { hours: [] as readonly number[], spread: 0 };

export interface Deviation {
  /** `*` for the agent as a whole. */
  readonly rule: string;
  readonly quantity: Quantity;
  readonly seen: number;
  /** The most that is usual. */
  readonly usual: number;
}

/**
 * Why the use of a rule so far in an hour is unusual.
 *
 * @param band standard deviations above the usual that still pass
 */
export function unusualHour(
  use: HourlyUse,
  rules: Rules,
  rule: string,
  hour: number,
  band: number,
): Deviation | undefined {
  const known = Object.hasOwn(rules, rule) ? rules[rule] : undefined;
  // A baseline that was ratified before actions had one.
  if (rule === ACTIONS && known === undefined) return undefined;
  for (const quantity of QUANTITIES) {
    const seen = use.of(rule, hour)[quantity];
    const { hours, spread } = known?.[quantity] ?? NEVER;
    const most = Math.max(FEW[quantity], Math.expm1((hours[hour % 24] ?? 0) + band * spread));
    if (seen > most) return { rule, quantity, seen: Math.round(seen), usual: Math.round(most) };
  }
  return undefined;
}

/**
 * Sums each rule's excess over days (CUSUM), to find what grows too slowly for one hour to show it. Its memory is as large as
 * the baseline.
 */
export class Drift {
  private readonly sums = new Map<string, number>();

  constructor(private readonly rules: Rules) {}

  /**
   * Adds a whole day, and tells which rules drifted; each then starts again.
   *
   * @param from the day's first hour since the epoch @param band sum of standard deviations that still passes
   */
  day(use: HourlyUse, from: number, band: number): Deviation[] {
    const found: Deviation[] = [];
    for (const [rule, known] of Object.entries(this.rules)) {
      for (const quantity of QUANTITIES) {
        let seen = 0;
        for (let hour = from; hour < from + 24; hour += 1) seen += use.of(rule, hour)[quantity];
        const { day, daySpread } = known[quantity];
        const key = `${rule} ${quantity}`;
        const excess = (Math.log1p(seen) - day) / daySpread - ALLOWANCE;
        const sum = Math.max(0, (this.sums.get(key) ?? 0) + excess);
        const over = sum > band;
        this.sums.set(key, over ? 0 : sum);
        if (over)
          found.push({
            rule,
            quantity,
            seen: Math.round(seen),
            usual: Math.round(Math.expm1(day + daySpread)),
          });
      }
    }
    return found;
  }
}
