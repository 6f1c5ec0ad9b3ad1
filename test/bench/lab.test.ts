import { checkBodies, figuresOf, parseLog, percentile } from '../../bench/lab/log';
import { residentIn } from '../../bench/lab/memory';
import { limitIn } from '../../bench/lab/table';
import { faultOf, rulesIn } from '../../bench/lab/targets';

const row = (start: number, status: number, took: number) => `${start}\t${status}\t${took}\n`;

describe('the bench of the lab', () => {
  test('a lap lasts from the first request to the end of the last answer, in any order', () => {
    const text = row(2_000_000, 200, 500_000) + row(1_000_000, 200, 300) + row(1_500_000, 200, 3_000_000);
    expect(parseLog(text, 3)).toEqual({ latencies: [500_000, 300, 3_000_000], seconds: 3.5 });
  });

  test('a refused request is an error', () => {
    expect(() => parseLog(row(1, 200, 9) + row(2, 403, 1), 2)).toThrow('answered with 403, not 200');
  });

  test.each([1, 3])('more or fewer requests than planned (%d of 2) are an error', (count) => {
    expect(() => parseLog(row(1, 200, 9).repeat(count), 2)).toThrow(`${count} of 2 requests were answered`);
  });

  test('incomplete answers are an error', () => {
    const summary =
      'traffic: 3.01MB (3156000) total, 10.1KB (10344) headers (space savings 0.00%), 3.00MB (3145728) data\n';
    expect(() => checkBodies(summary, 3_145_728)).not.toThrow();
    expect(() => checkBodies(summary, 3_145_729)).toThrow('answers held 3145728 bytes, not 3145729');
    expect(() => checkBodies('', 1)).toThrow('an unknown number of bytes');
  });

  test.each([
    ['correct', [200], [], ['/p'], undefined],
    ['refused', [403], [], undefined, 'HTTP 403 (closed)'],
    ['echoed', [200], ['/p'], ['/p'], 'the agent saw the value'],
    ['answered by another server', [200], [], undefined, 'nothing arrived'],
    ['bare', [200], [], [], 'it arrived with no secret'],
    ['with another secret', [200], [], ['/q'], 'it arrived with /q'],
  ])('the proxy box is measured only after one request has worked: %s', (_, statuses, leaks, came, fault) => {
    const arrival = came && { secrets: came.map((id) => ({ id, where: 'head' })) };
    expect(faultOf({ secrets: ['/p'] }, { statuses, leaks, ended: 'closed' }, arrival)).toBe(fault);
  });

  test('percentiles are by nearest rank', () => {
    const sorted = Array.from({ length: 200 }, (_, index) => index + 1);
    expect([50, 99, 100].map((percent) => percentile(sorted, percent))).toEqual([100, 198, 200]);
    expect(percentile([7], 99)).toBe(7);
  });

  test('percentiles are over all laps, the rate is that of the median lap', () => {
    const laps = [1, 4, 2].map((seconds) => ({ latencies: [seconds * 1000, 5_000], seconds }));
    expect(figuresOf(laps)).toEqual({ p50: 4_000, p99: 5_000, rate: 1 });
  });

  test('resident memory is read in MiB, and a status without it is refused', () => {
    expect(residentIn('Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n')).toEqual({ now: 1, peak: 2 });
    expect(() => residentIn('Name:\tx\nState:\tZ (zombie)\n')).toThrow('no VmHWM');
  });

  test('a unit without a limit in megabytes is refused', () => {
    expect(limitIn('[Service]\nMemoryMax=416M\n')).toBe(416);
    expect(() => limitIn('[Service]\nMemoryMax=infinity\n')).toThrow('no MemoryMax');
  });

  test('the bench compares a rule with a secret and one without, and never github.com', () => {
    const rule = (host: string) => ({ host, methods: ['GET'], paths: ['/x/*'] });
    const policy = (hosts: string[]) =>
      `${JSON.stringify({
        transforms: [
          { name: 'allowlist', config: { rules: hosts.map(rule) } },
          {
            name: 'secrets',
            config: { secrets: [{ source: { name: '/p' }, rules: [rule('api.example.com')] }] },
          },
        ],
      })}\n---\nairlock: {}\n---\ngate: {}\n`;
    const { secret, bare } = rulesIn(policy(['github.com', 'mirror.example.com', 'api.example.com']));
    expect([secret.host, secret.secrets, bare.host, bare.secrets]).toEqual([
      'api.example.com',
      ['/p'],
      'mirror.example.com',
      [],
    ]);
    expect(() => rulesIn(policy(['github.com', 'api.example.com']))).toThrow('nothing to compare');
    expect(() => rulesIn(policy(['mirror.example.com']))).toThrow('nothing to compare');
  });
});
