import { loadAirlock } from '../config';
import type { Airlock, Problem } from '../config/model';
import { fileProblem } from '../config/source/source';
import { ageOf, PRICES } from '../cost/price-table';
import { warningsOf } from '../warnings/warnings';

export type CheckResult =
  | { readonly reason: 'sound'; readonly airlock: Airlock; readonly warnings: readonly Problem[] }
  | { readonly reason: 'unsound'; readonly problems: readonly Problem[] };

/**
 * Reads a configuration directory and reports everything that is wrong with it. Never throws on bad input.
 * @param now to tell how old the price table is
 */
export function check(directory: string, now: Date): CheckResult {
  const loaded = loadAirlock(directory);
  if (!loaded.ok) return { reason: 'unsound', problems: loaded.problems };
  const { airlock, files } = loaded;
  return {
    reason: 'sound',
    airlock,
    warnings: [...warningsOf(airlock, files, now), ...oldPrices(now)],
  };
}

/** A warning when the price table is a year old. */
export function oldPrices(now: Date): Problem[] {
  const { asOf, days, old } = ageOf(PRICES, now);
  return old
    ? [
        fileProblem(
          'lib/cost/prices.json',
          `holds prices of ${asOf}, ${days} days ago, and budgets are compared with them`,
          'install a newer agent-airlock, and check the total in the AWS Pricing Calculator until then',
        ),
      ]
    : [];
}
