import { DAY_LIMIT, frame, LINE_LIMIT, redacted, tendTestimony } from '../../lib/warden/testimony';
import { FakeBox } from './support/fake-box';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const METRIC = '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"ProxyHealthy":1}';
const RECORD = '{"record":"request","decision":"allow","host":"api.example.com"}';
const framed = (text: string) => frame(Buffer.from(text, 'latin1'), NOW);

describe("iron-proxy's own log, framed", () => {
  test.each([
    [
      'a forged record in a TLS server name',
      `http: TLS handshake error: generating cert for x\n${RECORD}\n\x80: no name\n`,
    ],
    ['a forged metric', `x\n${METRIC}\n`],
    [
      'other line ends, quotes and bytes that are no UTF-8',
      `x\u2028"}\r${METRIC}\r\x85\x0b\x00${RECORD}\xff\n`,
    ],
  ])('LOG-2 %s stays a text within a line of ours', (_, text) => {
    for (const line of framed(text).lines) {
      expect(line).toMatch(/^[\x20-\x7e]+$/);
      const { testimony, time, line: said, ...more } = JSON.parse(line);
      expect({ testimony, time, said: typeof said, more }).toEqual({
        testimony: 'iron-proxy',
        time: '2026-11-20T12:00:00.000Z',
        said: 'string',
        more: {},
      });
    }
  });

  test.each([
    ['letters', 'a'],
    ['what JSON writes as six characters', '\x01'],
  ])('CAP-1 cuts a line of %s at 8 KiB, and says how long it was', (_, letter) => {
    const [line = ''] = framed(`${letter.repeat(60_000)}\n`).lines;
    expect(line.length).toBeLessThan(LINE_LIMIT);
    expect(JSON.parse(line).characters).toBe(60_000);
  });

  test('waits for the end of a line, but not for ever', () => {
    expect(framed('whole\nhalf')).toMatchObject({ used: 6, lines: [expect.stringContaining('whole')] });
    expect(framed('x'.repeat(1024 * 1024)).used).toBe(1024 * 1024);
  });

  test('SEC-1 leaves out path and query of an address in an error', () => {
    const error = 'parse "https://api.telegram.org:x/bot123:token/send?key=s": invalid port';
    expect(redacted(error)).toBe('parse "https://api.telegram.org:x/...": invalid port');
  });

  test('tells a request that the gate allowed and the allowlist refused', () => {
    const line = (action: string) =>
      `{"rejected_by":"allowlist","request_transforms":[{"name":"gate","action":"${action}","annotations":{"record":"r-1"}}]}\n`;
    expect(framed(line('allow')).disagreements).toEqual(['r-1']);
    expect(framed(line('reject')).disagreements).toEqual([]);
  });
});

describe('warden, every second', () => {
  test('frames what is new, once, and begins anew with a new file', async () => {
    const box = await FakeBox.make();
    const { auditLog } = box.paths;
    for (const text of ['one\n', 'one\ntwo\nthr', 'one\ntwo\nthree\n', 'four\n']) {
      box.files.set(auditLog, text);
      await tendTestimony(box);
      await tendTestimony(box);
    }
    expect(box.log.map((line) => JSON.parse(line).line)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('CAP-1 stops at the day’s limit, says so, and goes on the next day', async () => {
    const box = await FakeBox.make();
    const { auditLog, testimonyState } = box.paths;
    const day = Math.floor(box.clock / 86_400_000);
    box.files.set(testimonyState, JSON.stringify({ offset: 0, day, written: DAY_LIMIT, omitted: 0 }));
    box.files.set(auditLog, 'left out\n'.repeat(1000));
    await tendTestimony(box);
    expect(box.log.map((line) => JSON.parse(line).omittedBytes)).toEqual([9000]);
    box.clock += 86_400_000;
    box.files.set(auditLog, `${'left out\n'.repeat(1000)}new\n`);
    await tendTestimony(box);
    expect(box.log.map((line) => JSON.parse(line)).slice(1)).toEqual([
      expect.objectContaining({ omittedBytes: 9000 }),
      expect.objectContaining({ line: 'new' }),
    ]);
  });
});
