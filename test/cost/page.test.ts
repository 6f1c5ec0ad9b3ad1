import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costPage } from '../../lib/cost/page';
import { PRICES } from '../../lib/cost/price-table';
import { costOf } from '../../lib/operations/cost';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';

const PAGE = join(__dirname, '../../docs/COST.md');
const part = (name: string) => new RegExp(`(<!-- made: ${name} -->\n)(?:(?!<!-- )[^])*(<!-- end -->)`);

function parts() {
  const result = costOf(templateOf(kitAirlock()), { now: new Date('2026-11-27') });
  if (!result.ok) throw new Error(result.problems.join());
  return costPage(result.cost, PRICES, result.cost.assumptions);
}

test.each(Object.entries(parts()))('docs/COST.md agrees with `airlock cost`: %s', (name, made) => {
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(part(name));
  const now = page.replace(part(name), (_, before, after) => `${before}${made}\n${after}`);
  // AIRLOCK_WRITE_DOCS=1 npx jest test/cost/page
  if (process.env.AIRLOCK_WRITE_DOCS) writeFileSync(PAGE, now);
  else expect(page).toBe(now);
});
