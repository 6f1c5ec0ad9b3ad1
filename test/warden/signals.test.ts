import { X509Certificate } from 'node:crypto';
import { SIGNAL_PATTERN } from '../../constructs/names';
import type { Box } from '../../lib/warden/box';
import type { Host } from '../../lib/warden/host';
import { reason } from '../../lib/warden/reason';
import { WardenSignals } from '../../lib/warden/signals';
import { matchesPattern } from '../support/filter-pattern';
import { makeAuthority } from './support/authority';

const DAY = 86_400_000;
const SICK = { healthy: false, reasons: [reason('gate-down', 'it does not run')] };
const WELL = { healthy: true, reasons: [] };

describe('warden', () => {
  let now: number;
  let lines: string[];
  let certificate: string | undefined;
  const host = {
    paths: { certificate: 'ca', wardenLog: 'log' },
    now: () => now,
    read: async () => certificate,
    append: async (_: string, line: string) => void lines.push(line),
  } as unknown as Host;
  let signals: WardenSignals;
  beforeEach(() => {
    now = Date.UTC(2026, 9, 1, 12);
    lines = [];
    certificate = undefined;
    signals = new WardenSignals(host, { agent: 'scout' } as Box);
  });

  test('says once an hour why the box is not healthy, in a line that the filter takes', async () => {
    await signals.look(WELL);
    await signals.look(SICK);
    await signals.look({ ...SICK, reasons: [reason('gate-down', 'another detail')] });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      signal: 'box-reasons',
      saw: 'gate-down (it does not run)',
    });
    expect(matchesPattern(SIGNAL_PATTERN, lines[0] as string)).toBe(true);
    now += 3_600_000;
    await signals.look(SICK);
    expect(lines).toHaveLength(2);
  });

  test('says it of a certificate authority within its last 30 days, and not before', async () => {
    ({ certificate } = await makeAuthority('scout'));
    now = Date.now();
    await signals.look(WELL);
    expect(lines).toEqual([]);
    const { validTo } = new X509Certificate(certificate);
    now = Date.parse(validTo) - 29 * DAY;
    await signals.look(WELL);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ signal: 'ca-expiring' });
  });

  test('says nothing of a certificate that nobody can read', async () => {
    certificate = 'no certificate';
    await signals.look(WELL);
    expect(lines).toEqual([]);
  });
});
