import { readFileSync, writeFileSync } from 'node:fs';
import { markdownTable } from '../../lib/markdown-table';
import { cloudWatchAgentConfig } from '../../lib/warden/cloudwatch-agent';
import { OWN, rows } from '../../lib/watch/delays';

const PAGE = 'docs/WATCH.md';
const TABLE = /(<!-- made: signals -->\n).*?(<!-- end -->)/s;

test('docs/WATCH.md has each signal with its mode, its limit and its delay', () => {
  const head = ['signal', 'the agent …', 'raised by', 'mode', 'limit', 'the kit, at most', 'and AWS'];
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(TABLE);
  const now = page.replace(TABLE, (_, before, after) => `${before}${markdownTable(head, rows())}\n${after}`);
  // AIRLOCK_WRITE_DOCS=1 npx vitest run test/watch/page
  if (process.env.AIRLOCK_WRITE_DOCS) writeFileSync(PAGE, now);
  else expect(page).toBe(now);
});

test('the delays are those of the programs', () => {
  const config = cloudWatchAgentConfig('airlock', 'scout') as { logs: { force_flush_interval: number } };
  expect(config.logs.force_flush_interval).toBe(OWN.agent);
  const gate = readFileSync('lib/warden/gate/main.ts', 'utf8');
  expect(gate).toContain(`const [LOOK, SIGN] = [${OWN.gate * 1000}, 5_000];`);
  expect(readFileSync('lib/warden/watch.ts', 'utf8')).toContain('const INTERVAL = 20_000;');
  expect(readFileSync('constructs/network/flow-logs.ts', 'utf8')).toContain(
    `maxAggregationInterval: ${OWN.flows},`,
  );
});
