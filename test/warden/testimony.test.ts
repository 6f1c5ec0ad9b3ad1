import { type FollowedLog, follow } from '../../lib/warden/follow';
import { dnsLog, frontLog } from '../../lib/warden/front-logs';
import { journal } from '../../lib/warden/journal';
import { pathsUnder } from '../../lib/warden/paths';
import { LINE_LIMIT, redacted, testimony } from '../../lib/warden/testimony';
import { FakeBox } from './support/fake-box';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const METRIC = '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"ProxyHealthy":1}';
const RECORD = '{"record":"request","decision":"allow","host":"api.example.com"}';
const LOGS = [testimony, frontLog, dnsLog, journal].map((log) => log(pathsUnder('')));
const [TESTIMONY, FRONT, DNS, JOURNAL] = LOGS as [FollowedLog, FollowedLog, FollowedLog, FollowedLog];
const framed = (text: string, log = TESTIMONY) => log.frame(Buffer.from(text, 'latin1'), NOW);

describe("an agent host's journal, framed", () => {
  const part = (text: string) => `{"time":1,"journal":"${Buffer.from(text, 'latin1').toString('base64')}"}\n`;
  const said = (text: string) => framed(text, JOURNAL).lines.map((line) => JSON.parse(line));

  test('LOG-2 is a text within lines of ours, whatever is in it', () => {
    const lines = said(part(`one\n${RECORD}\r\n${METRIC}\x1b\xff\n\n`));
    expect(lines.map(({ line }) => line)).toEqual(['one', `${RECORD}\r`, `${METRIC}\x1b\ufffd`]);
    for (const { line, ...frame } of lines)
      expect(frame).toEqual({ testimony: 'agent-host', time: '2026-11-20T12:00:00.000Z' });
  });

  test('CAP-1 of thousands of short lines becomes 201 lines of at most 8 KiB', () => {
    const { lines } = framed(part('a\n'.repeat(4000)), JOURNAL);
    expect(lines).toHaveLength(201);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(LINE_LIMIT);
  });

  test('has no line for a request that was cut off, and the front’s own messages marked as such', () => {
    expect(said('{"time":1,"journal":"-"}\n[NOTICE] Loading success.\n')).toEqual([
      { testimony: 'front', time: '2026-11-20T12:00:00.000Z', line: '[NOTICE] Loading success.' },
    ]);
  });
});

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
    expect(framed(line('allow')).error).toContain('1 requests, such as r-1');
    expect(framed(line('reject')).error).toBeUndefined();
  });
});

describe("the front's logs", () => {
  const line =
    '{"time":1.5,"client":"10.0.0.4:5","name":"api.github.com","remote_addr":"127.0.0.1:40000","refused":"-"}';

  test("LOG-2 HAProxy's lines pass as they are, and anything else is a text", () => {
    expect(framed(`${line}\n[WARNING] x\u0085${METRIC}\n`, FRONT).lines).toEqual([
      line,
      expect.stringMatching(/^\{"line":"[\x20-\x7e]+"\}$/),
    ]);
  });

  test('LOG-2 each name and type that the DNS server was asked for is one line, with its number of questions', () => {
    const asked = (type: string, name: string) =>
      `dnsmasq[7]: query[${type}] ${name} from 10.64.0.4\ndnsmasq[7]: config ${name} is NODATA\n`;
    const names = [asked('A', 'a.example'), asked('A', 'a.example'), asked('type=65', 'a.example')];
    const odd = [asked('A', '"},"x":"\xff from 10.0.0.1'), 'dnsmasq[7]: started, version 2.90\n'];
    const { lines } = framed([...names, ...odd].join(''), DNS);
    expect(lines.every((text) => /^[\x20-\x7e]+$/.test(text))).toBe(true);
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      { line: 'dnsmasq[7]: started, version 2.90' },
      ...[
        { type: 'A', name: 'a.example', questions: 2 },
        { type: 'type=65', name: 'a.example', questions: 1 },
        { type: 'A', name: '"},"x":"\ufffd from 10.0.0.1', questions: 1 },
      ].map((each) => ({ time: '2026-11-20T12:00:00.000Z', ...each })),
    ]);
  });
});

describe('warden, every second', () => {
  test('passes on what is new, once, and begins anew with a new file', async () => {
    const box = await FakeBox.make();
    const { auditLog } = box.paths;
    for (const text of ['one\n', 'one\ntwo\nthr', 'one\ntwo\nthree\n', 'four\n']) {
      box.files.set(auditLog, text);
      await follow(box, TESTIMONY);
      await follow(box, TESTIMONY);
    }
    expect(box.log.map((line) => JSON.parse(line).line)).toEqual(['one', 'two', 'three', 'four']);
  });

  test.each(LOGS.map((log) => [log.name, log] as const))(
    'CAP-1 stops the log of %s at the day’s limit, counts and says what it leaves out, and goes on the next day',
    async (_, log) => {
      const box = await FakeBox.make();
      const day = Math.floor(box.clock / 86_400_000);
      const texts = (name: string) =>
        log === DNS
          ? `dnsmasq[7]: query[A] ${name} from 10.64.0.4\ndnsmasq[7]: config ${name} is 10.64.0.7\n`
          : `${name}\n`;
      box.files.set(log.state, JSON.stringify({ day, written: log.dayLimit }));
      const flood = texts('flood').repeat(1000);
      box.files.set(log.from, flood);
      await follow(box, log);
      const omitted = { log: log.name, omittedBytes: flood.length, omittedRecords: 1000 };
      expect(box.log.map((line) => JSON.parse(line))).toEqual([expect.objectContaining(omitted)]);
      box.files.set(log.from, `${flood}${texts('more')}`);
      await follow(box, log);
      box.clock += 86_400_000;
      box.files.set(log.from, `${flood}${texts('more')}${texts('next')}`);
      await follow(box, log);
      expect(box.log.slice(1)).toEqual([
        expect.stringContaining('"omittedRecords":1001'),
        expect.stringContaining('next'),
      ]);
    },
  );

  test('CAP-1 frees what it has read of a large file, and renames the file that CloudWatch gets', async () => {
    const box = await FakeBox.make();
    box.files.set(FRONT.from, 'x\n');
    box.files.set(FRONT.to, 'y'.repeat(FRONT.dayLimit + 1));
    box.size = async (path) => ({
      length: box.files.get(path)?.length ?? 0,
      allocated: 1 << 27,
      modified: 0,
    });
    const placed: string[] = [];
    box.place = async (from, to) => void placed.push(`${from} ${to}`);
    await follow(box, FRONT);
    expect(placed).toEqual([`${FRONT.to} ${FRONT.to}.1`]);
    expect(box.commands).toEqual([`fallocate --punch-hole --offset 0 --length 2 ${FRONT.from}`]);
  });
});
