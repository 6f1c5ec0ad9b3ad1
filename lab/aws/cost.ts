import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAirlock } from '../../lib/config';
import { HOURS_A_MONTH } from '../../lib/cost/assumptions';
import { itemsOfConfiguration } from '../../lib/cost/of-configuration';
import { dollars } from '../../lib/cost/page';
import { ageOf, PRICES } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';
import { configurationFiles, LARGEST, writeConfiguration } from './configuration';
import { CLEANUP_MINUTES } from './drive';

/** An upper bound: the cost of the largest configuration over the whole time. */
export function costLines(minutes: number, now: Date): string[] {
  const hours = (minutes + CLEANUP_MINUTES) / 60;
  const { asOf } = ageOf(PRICES, now);
  return [
    `it costs at most $${dollars((monthly() / HOURS_A_MONTH) * hours)}: two small agents for ${minutes} minutes of checks and ${CLEANUP_MINUTES} of removal,`,
    `at the list prices of ${PRICES.region} on ${asOf}. What stays afterwards costs nothing but cents for the bootstrap's assets:`,
    'keys that wait a week for their deletion are free.',
  ];
}

function monthly(): number {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-try-'));
  try {
    writeConfiguration(directory, configurationFiles('airlock-try-00000000', PRICES.region, LARGEST), '');
    const loaded = loadAirlock(directory);
    if (!loaded.ok) throw new Error('the throwaway configuration is not valid');
    return quote(itemsOfConfiguration(loaded.airlock), PRICES).idleUsd;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
