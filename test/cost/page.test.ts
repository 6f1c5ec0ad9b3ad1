import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costPage } from '../../lib/cost/page';
import { PRICES } from '../../lib/cost/price-table';
import { costOf } from '../../lib/operations/cost';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';

const PAGE = join(__dirname, '../../docs/COST.md');
const TOTALS = /(<!-- made: totals -->\n).*?(<!-- end -->)/s;

test('docs/COST.md has the totals of `airlock cost`', () => {
  const result = costOf(templateOf(kitAirlock()), { now: new Date('2026-11-27') });
  if (!result.ok) throw new Error(result.problems.join());
  const { totals } = costPage(result.cost, PRICES, []);
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(TOTALS);
  const now = page.replace(TOTALS, (_, before, after) => `${before}${totals}\n${after}`);
  // AIRLOCK_WRITE_DOCS=1 npx vitest run test/cost/page
  if (process.env.AIRLOCK_WRITE_DOCS) writeFileSync(PAGE, now);
  else expect(page).toBe(now);
});
