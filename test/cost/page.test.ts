import type { Airlock } from '../../lib/config/model';
import { SECURITY_AIM_USD } from '../../lib/cost/assumptions';
import { costPage, dollars } from '../../lib/cost/page';
import { PRICES } from '../../lib/cost/price-table';
import { costOf } from '../../lib/operations/cost';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { everythingOn } from '../support/everything-on';
import { expectMade } from '../support/made';

function quoted(airlock: Airlock) {
  const result = costOf(templateOf(airlock), { now: new Date('2026-11-27') });
  if (!result.ok) throw new Error(result.problems.join());
  return result.cost;
}
const [usual, all] = [quoted(kitAirlock()), quoted(everythingOn(kitAirlock().agents))];

test('docs/COST.md has the totals of `airlock cost`, for the shipped configuration and with every switch on', () => {
  const [totals, everything] = [usual, all].map((cost) => costPage(cost, PRICES, []).totals) as [
    string,
    string,
  ];
  // AIRLOCK_WRITE_DOCS=1 npx vitest run test/cost/page
  const shares = [2, 15].map((count) => {
    const [own, more] = [usual, all].map(({ shared }) => dollars(shared.idleUsd / count));
    return `- with ${count} agents $${own} each, and $${more} with every switch on`;
  });
  expectMade('docs/COST.md', { totals, everything, shares: shares.join('\n') });
});

test.each([...usual.agents, ...all.agents])(
  'the security overhead of $agent stays below the limit',
  ({ securityUsd }) => {
    expect(securityUsd).toBeGreaterThan(10);
    expect(securityUsd).toBeLessThanOrEqual(SECURITY_AIM_USD);
  },
);
