import { JOURNAL_MIB_A_DAY } from '../../constructs/sizes';
import type { Airlock } from '../../lib/config/model';
import { GZIPPED, JOURNAL_MIB, SECURITY_AIM_USD } from '../../lib/cost/assumptions';
import { archiveItems, journalItems } from '../../lib/cost/item';
import { costPage, dollars } from '../../lib/cost/page';
import { PRICES } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';
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
    const [own, more] = [usual, all].map(({ agents, shared }) => {
      const share = shared.idleUsd / count;
      const most = Math.max(...agents.map(({ securityUsd }) => securityUsd)) + share;
      return `$${dollars(share)} each, so at most $${dollars(most)} for an agent`;
    });
    return `- with ${count} agents ${own}; with every switch on ${more}`;
  });
  const most = quote(journalItems('scout', 365, JOURNAL_MIB_A_DAY), PRICES).agents[0];
  const parts = most?.lines.map(({ usd = 0 }) => dollars(usd));
  const journal = `- **The journal of an agent host** (\`audit.journal\`): at most ${JOURNAL_MIB_A_DAY} MiB a day, which is $${parts?.[0]} a month to write and $${parts?.[1]} to keep for a year.
  The tables above count ${JOURNAL_MIB} MiB a day.`;
  const archived = quote(archiveItems('scout', 365), PRICES).agents[0]?.idleUsd ?? 0;
  const archive = `- **The write-once archive** (\`audit.archive: s3\`): $${dollars(archived)} for an agent whose records are kept for a year. Gzip leaves
  ${GZIPPED * 100} % of them at most.`;
  expectMade('docs/COST.md', { totals, everything, shares: shares.join('\n'), journal, archive });
});

test('the security overhead of an agent of the shipped stack stays below the limit with its share of what all share', () => {
  for (const { securityUsd } of usual.agents)
    expect(securityUsd + usual.shared.idleUsd / usual.agents.length).toBeLessThanOrEqual(SECURITY_AIM_USD);
});

test.each([...usual.agents, ...all.agents])(
  'the security overhead of $agent stays below the limit',
  ({ securityUsd }) => {
    expect(securityUsd).toBeGreaterThan(10);
    expect(securityUsd).toBeLessThanOrEqual(SECURITY_AIM_USD);
  },
);
