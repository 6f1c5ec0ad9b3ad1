import { readFileSync } from 'node:fs';
import { awsLines, delayOf, delayRows, type Measured, OWN, signalRows } from '../../bench/signals/delays';
import { SIGNALS } from '../../lib/config/values/signals';
import { markdownTable } from '../../lib/markdown-table';
import { cloudWatchAgentConfig } from '../../lib/warden/cloudwatch-agent';
import { SETTLE } from '../../lib/warden/gate/front-log';
import { expectMade } from '../support/made';

const MEASURED: Measured = JSON.parse(readFileSync('bench/signals/measured.json', 'utf8'));

test('docs/WATCH.md has each signal with its mode, its limit and its delay, and what AWS says of its parts', () => {
  // AIRLOCK_WRITE_DOCS=1 npx vitest run test/watch/page
  const heads = {
    signals: ['signal', 'the agent …', 'raised by', 'mode', 'limit', 'told after, usually at most'],
    delays: ['signals, each with what was measured', 'clocks of the kit, at most', 'parts of AWS'],
  };
  expectMade('docs/WATCH.md', {
    signals: markdownTable(heads.signals, signalRows(MEASURED)),
    delays: markdownTable(heads.delays, delayRows(MEASURED)),
    aws: awsLines(),
  });
});

test.each(SIGNALS)(
  'what was measured of %s is no longer than the clocks of the kit and two seconds',
  (id) => {
    const { line = 0, function: called } = MEASURED[id] ?? { function: Number.NaN };
    expect(line + called).toBeGreaterThan(0);
    expect(line + called).toBeLessThan(delayOf(id).waits * 1000 + 2000);
  },
);

test('the clocks are those of the programs', () => {
  const config = cloudWatchAgentConfig('airlock', 'scout') as { logs: { force_flush_interval: number } };
  expect(config.logs.force_flush_interval).toBe(OWN.agent);
  const gate = readFileSync('lib/warden/gate/main.ts', 'utf8');
  expect(gate).toContain(`const [LOOK, SIGN] = [${OWN.gate * 1000}, 5_000];`);
  expect(SETTLE).toBe(OWN.settle * 1000);
  expect(readFileSync('lib/warden/watch.ts', 'utf8')).toContain('const INTERVAL = 20_000;');
  expect(readFileSync('lib/watch/from-logs.ts', 'utf8')).toContain(`const LATE = ${OWN.late / 60} * MINUTE;`);
  expect(readFileSync('constructs/network/flow-logs.ts', 'utf8')).toContain(
    `maxAggregationInterval: ${OWN.flows},`,
  );
});
