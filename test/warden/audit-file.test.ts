import { auditLogGroup, SIGNAL_PATTERN, WARDEN_STREAM } from '../../constructs/names';
import { type AuditProgress, sentBytes, tendAuditFile } from '../../lib/warden/audit-file';
import { RECORDS_LOG } from '../../lib/warden/cloudwatch-agent';
import type { Host } from '../../lib/warden/host';
import { WardenSignals } from '../../lib/warden/signals';
import { seenInLogs } from '../../lib/watch/from-logs';
import { matchesPattern } from '../support/filter-pattern';
import { BOX, FakeBox } from './support/fake-box';

describe('how much of the audit file CloudWatch has', () => {
  test.each([
    ['nothing known', undefined, 0],
    ['an empty file', '', 0],
    ['an older agent: the offset alone', '4096\n/var/log/iron-proxy/audit.log', 4096],
    ['one range from the beginning', '4096\n/var/log/iron-proxy/audit.log\n0-4096', 4096],
    ['a gap: only what is whole counts', '9000\n/var/log/iron-proxy/audit.log\n0-4096,5000-9000', 4096],
    ['nothing from the beginning', '9000\n/var/log/iron-proxy/audit.log\n5000-9000', 0],
    ['garbage', 'x\ny\nz', 0],
    ['a number that is none', '99999999999999999999\n', 0],
  ])('%s', (_, state, bytes) => {
    expect(sentBytes(state)).toBe(bytes);
  });
});

describe('records that CloudWatch takes late, with nothing else late and nothing broken', () => {
  /**
   * Looks once a minute at a file of 5000 bytes that grows by 100 a minute.
   *
   * @param sentAt what CloudWatch has after so many minutes
   * @returns the first minute of each signal
   */
  async function watched(minutes: number, sentAt: (minute: number) => number) {
    const box = new FakeBox();
    let sent = 0;
    const length = () => 5000 + 100 * ((box.clock - start) / 60_000);
    const host: Host = Object.assign(box, {
      list: async () => ['records'],
      read: async (path: string) =>
        path.endsWith('/records') ? `${sent}\n${RECORDS_LOG}\n0-${sent}` : undefined,
      size: async () => ({ length: length(), allocated: length(), modified: 0 }),
    });
    const start = box.clock;
    const signals = new WardenSignals(host, BOX);
    let progress: AuditProgress | undefined;
    const seen = new Map<string, number>();
    for (let minute = 1; minute <= minutes; minute += 1) {
      box.clock += 60_000;
      sent = sentAt(minute);
      const done = await tendAuditFile(host, progress);
      progress = done.progress;
      const reasons = done.reason ? [done.reason] : [];
      const before = box.log.length;
      await signals.look({ healthy: reasons.length === 0, reasons }, progress);
      const logEvents = box.log
        .slice(before)
        .flatMap((message) => (matchesPattern(SIGNAL_PATTERN, message) ? [{ message }] : []));
      const delivery = {
        messageType: 'DATA_MESSAGE',
        logGroup: auditLogGroup('airlock', 'scout'),
        logStream: WARDEN_STREAM,
        logEvents,
      };
      const context = {
        stack: 'airlock',
        agents: ['scout'],
        machines: [],
        rejectedFlows: () => 10,
        now: box.clock,
      };
      for (const { signal } of seenInLogs(delivery, context)) if (!seen.has(signal)) seen.set(signal, minute);
    }
    return Object.fromEntries(seen);
  }

  test('raise a signal, although some arrive each minute', async () => {
    expect(await watched(80, (minute) => 5000 + 100 * (minute - 13))).toEqual({ 'records-late': 12 });
  });

  test.each<[string, (minute: number) => number]>([
    ['arrive at once', (minute) => 5000 + 100 * minute],
    ['arrive within nine minutes', (minute) => 5000 + 100 * (minute - 9)],
  ])('raise none when they %s', async (_, sentAt) => {
    expect(await watched(80, sentAt)).toEqual({});
  });
});
