import { HEALTH_METRIC } from '../../constructs/names';
import { JOURNAL_MIB_A_DAY } from '../../constructs/sizes';
import type { Airlock } from '../../lib/config/model';
import { FREE_DASHBOARDS, GZIPPED, JOURNAL_MIB, SECURITY_AIM_USD } from '../../lib/cost/assumptions';
import { archiveItems, dashboardItems, journalItems } from '../../lib/cost/item';
import { costPage, dollars } from '../../lib/cost/page';
import { PRICES } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';
import { costOf } from '../../lib/operations/cost';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { everythingOn, scouts } from '../support/everything-on';
import { expectMade } from '../support/made';

function quoted(airlock: Airlock) {
  const result = costOf(templateOf(airlock), { now: new Date('2026-11-27') });
  if (!result.ok) throw new Error(result.problems.join());
  return result.cost;
}
const [usual, all] = [quoted(kitAirlock()), quoted(everythingOn(kitAirlock().agents))];
const DASHBOARD_USD = quote(dashboardItems(), PRICES).idleUsd;
const mostOf = ({ agents }: typeof usual) => Math.max(...agents.map(({ securityUsd }) => securityUsd));

test('docs/COST.md has the totals of `airlock cost`, for the shipped configuration and with every switch on', () => {
  const [totals, everything] = [usual, all].map((cost) => costPage(cost, PRICES, []).totals) as [
    string,
    string,
  ];
  // AIRLOCK_WRITE_DOCS=1 npx vitest run test/cost/page
  const shares = [2, 15].map((count) => {
    const [own, more, free] = [
      usual.shared.idleUsd,
      all.shared.idleUsd,
      all.shared.idleUsd - DASHBOARD_USD,
    ].map((shared, at) => {
      const share = shared / count;
      return `$${dollars(share)} each, so at most $${dollars(mostOf(at === 0 ? usual : all) + share)} for an agent`;
    });
    return `- with ${count} agents ${own}; with every switch on ${more}, and with a free dashboard ${free}`;
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

test('an agent of the shipped stack stays below the limit with its share, and with every switch on where the dashboard is free', () => {
  const shares = [usual.shared.idleUsd, all.shared.idleUsd - DASHBOARD_USD];
  for (const [at, cost] of [usual, all].entries())
    expect(mostOf(cost) + (shares[at] ?? 0) / cost.agents.length).toBeLessThanOrEqual(SECURITY_AIM_USD);
});

test('the dashboard of fifteen agents shows few enough metrics to be a free one', () => {
  const { Resources } = templateOf(everythingOn(scouts(15)));
  const page = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  const metrics = JSON.stringify(page?.Properties.DashboardBody).split(HEALTH_METRIC).length - 1;
  expect(metrics).toBe(15);
  expect(metrics).toBeLessThanOrEqual(FREE_DASHBOARDS.metrics);
});

test.each([...usual.agents, ...all.agents])(
  'the security overhead of $agent stays below the limit',
  ({ securityUsd }) => {
    expect(securityUsd).toBeGreaterThan(10);
    expect(securityUsd).toBeLessThanOrEqual(SECURITY_AIM_USD);
  },
);
