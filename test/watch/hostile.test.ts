import { SIGNAL_PATTERN } from '../../constructs/names';
import { dnsLog, frontLog } from '../../lib/warden/front-logs';
import type { AskedRequest } from '../../lib/warden/gate/messages';
import { requestRecord } from '../../lib/warden/gate/record';
import { signalRecord } from '../../lib/warden/gate/signals';
import { journal } from '../../lib/warden/journal';
import { pathsUnder } from '../../lib/warden/paths';
import { testimony } from '../../lib/warden/testimony';
import { CATALOGUE } from '../../lib/watch/catalogue';
import { seenInLogs } from '../../lib/watch/from-logs';
import type { Fields } from '../../lib/watch/signal';
import { type Told, Watch } from '../../lib/watch/watch';
import { matchesPattern } from '../support/filter-pattern';
import { other, request, START, times } from './records';

const FORGED = '","record":"signal","signal":"pushes","agent":"mender","x":"';
/** What an agent can write into a request, to fake a signal or to hide one. */
const HOSTILE: readonly [string, string][] = [
  ['a megabyte', 'a'.repeat(1 << 20)],
  ['quotes that end a text', FORGED],
  ['quotes within quotes', `\\"${FORGED}\\\\"`],
  ['a whole record on a line of its own', `\n{"record":"signal","signal":"pushes"}\n`],
  ['control characters', '\u0000\u0001\u001b[31m\r\n\u2028\u2029\ud800'],
  ['the pattern itself', '{ $.record = "signal" }'],
];

const signalLine = (agent: string, told: Told) => JSON.stringify(signalRecord(agent, told));

const asked = (text: string): AskedRequest =>
  ({
    remoteAddr: text,
    host: text,
    method: text,
    target: `/${text}?${text}=${text}`,
    sni: text,
    headers: {
      fields: 1,
      bytes: text.length,
      longestName: 1,
      framing: new Map([['content-length', [text]]]),
    },
  }) as AskedRequest;
const subject = { id: 'run-1', agent: 'scout', policy: 'a'.repeat(16) };
const refusal = { allowed: false, by: 'rules', reason: 'no rule', secrets: [] } as const;
const recordOf = (text: string) => requestRecord(subject, asked(text), refusal, START);

describe('LOG-2 the filter of the subscription takes', () => {
  test.each(Object.keys(CATALOGUE))('a record of the signal %s', (signal) => {
    const line = signalLine('scout', { signal: signal as 'pushes', at: START, count: 1, saw: '"x"' });
    expect(matchesPattern(SIGNAL_PATTERN, line)).toBe(true);
  });

  test.each(HOSTILE)('no request with %s', (_, text) => {
    const line = recordOf(text);
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(64 * 1024);
    expect(JSON.parse(line).record).toBe('request');
    expect(matchesPattern(SIGNAL_PATTERN, line)).toBe(false);
  });

  test.each(HOSTILE)('no line of front, DNS server or iron-proxy with %s', (_, text) => {
    // HAProxy passes plain host names alone, so quotes in a name never reach this log unescaped.
    const raw = [
      `{"time":1,"name":${JSON.stringify(text)}}`,
      `dnsmasq[1]: query[A] ${text} from 10.64.0.4`,
      `{"msg":"${text}"}`,
      text,
    ];
    for (const log of [frontLog, dnsLog, testimony]) {
      const { lines } = log(pathsUnder('')).frame(Buffer.from(`${raw.join('\n')}\n`), START);
      for (const line of lines) expect(matchesPattern(SIGNAL_PATTERN, line)).toBe(false);
    }
  });
});

describe('LOG-2 a signal is raised whatever stands beside what raises it', () => {
  test.each(HOSTILE)('with %s', (_, text) => {
    const watch = new Watch(() => 5);
    const lines = Array.from({ length: 6 }, () => JSON.parse(recordOf(text)));
    const [told] = lines.flatMap((line) => watch.see(line)).filter(({ signal }) => signal === 'refusals');
    expect(told).toMatchObject({ signal: 'refusals', count: 1 });
    const push = request(0, {
      method: 'POST',
      path: `/${text.slice(0, 2000)}/git-receive-pack`,
      host: text,
      by: text,
    });
    const pushed = watch.see(push).find(({ signal }) => signal === 'pushes');
    const line = signalLine('scout', pushed as NonNullable<typeof pushed>);
    expect(matchesPattern(SIGNAL_PATTERN, line)).toBe(true);
    expect(line.length).toBeLessThan(1024);
    expect(JSON.parse(line)).toMatchObject({ signal: 'pushes', agent: 'scout' });
  });

  const DAY = 86_400_000;
  const never = { hours: Array(24).fill(0), spread: 0.35, day: 0, daySpread: 0.2 };
  const usual = { read: { requests: never, uploadKiB: never } };
  const seen = (text: string, more: object = {}, ms = 0) =>
    request(ms, { host: text, path: `/${text}`, method: text, remote_addr: text, rule: 'read', ...more });
  const six = (text: string, more: object) => times(6, (ms) => seen(text, more, ms));
  /** What raises each signal of the gate, with a text of the agent's wherever a record has one. */
  const RAISES: Readonly<Record<string, (text: string) => Fields[]>> = {
    actions: (text) => six(text, { risk: 'medium' }),
    'asks-for-grant': (text) => [seen(text, { decision: 'refuse', by: 'grant', rule: 'x' })],
    'bytes-out': (text) => times(6, (ms) => other(ms, 'connection', { in: 1_048_576, name: text })),
    'canary-seen': (text) => [
      other(0, 'event', { event: 'canary-seen', detail: { canary: 'x', where: text } }),
    ],
    'drifting-use': (text) => [
      ...times(400, (ms) => seen(ms === 0 ? text : 'x', {}, ms / 100)),
      ...[1, 2].map((day) => seen(text, {}, day * DAY)),
    ],
    'grant-opened': (text) => [other(0, 'grant', { event: 'opens', rule: 'x', by: text, because: text })],
    'model-calls': (text) => six(text, { rule: 'anthropic/messages' }),
    'model-spend': (text) => [other(0, 'spend', { event: 'reaches', period: 'day', percent: 50, x: text })],
    'new-host': (text) => [request(0), seen(text, {}, DAY)],
    'package-installs': (text) => six(text, { rule: 'npm-install/packages' }),
    'policy-changed': (text) => [request(0), seen(text, { policy: 'b'.repeat(16) }, 1)],
    pushes: (text) => [seen(text, { method: 'POST', path: `/${text.slice(0, 2000)}/git-receive-pack` })],
    refusals: (text) => six(text, { decision: 'refuse' }),
    'secret-in-state': (text) => [
      other(0, 'event', { event: 'scan-reported', detail: { findings: 1, saw: text } }),
    ],
    'unusual-hour': (text) => six(text, {}),
  };

  test('of each that the gate raises there is a case here', () => {
    const ids = Object.values(CATALOGUE).flatMap(({ id, from }) => (from === 'gate' ? [id] : []));
    expect(Object.keys(RAISES)).toEqual(ids);
  });

  test.each(Object.keys(RAISES))(
    '%s, whose line is one of its own, short, and passes the filter',
    (signal) => {
      for (const [, text] of HOSTILE) {
        const watch = new Watch(
          () => 5,
          undefined,
          () => usual,
        );
        const lines = (RAISES[signal]?.(text) ?? []).map((record) => JSON.stringify(record));
        for (const line of lines) expect(matchesPattern(SIGNAL_PATTERN, line)).toBe(false);
        const told = lines
          .flatMap((line) => watch.see(JSON.parse(line)))
          .find((one) => one.signal === signal);
        const line = signalLine('scout', told as Told);
        expect(matchesPattern(SIGNAL_PATTERN, line)).toBe(true);
        expect(line).toMatch(/^[\x20-\x7e]{1,1500}$/);
        expect(JSON.parse(line)).toMatchObject({ record: 'signal', agent: 'scout', signal });
      }
    },
  );

  test('and no record of another kind counts as one', () => {
    const watch = new Watch(() => 0);
    const forged = ['signal', 'event', 'chain', 'testimony'].map((record) =>
      other(0, record, {
        decision: 'refuse',
        by: 'grant',
        rule: 'x',
        path: '/git-receive-pack',
        event: 'opens',
      }),
    );
    expect(forged.flatMap((record) => watch.see(record)).map(({ signal }) => signal)).toEqual(['refusals']);
  });
});

describe('the journal of an agent host, which says what its root likes', () => {
  const FORGED = '{"record":"signal","time":"2026-01-02T09:00:00.000Z","signal":"pushes","saw":"x"}';
  const CHAIN = '{"record":"chain","time":"2026-01-02T09:00:00.000Z","why":"torn"}';
  const now = Date.UTC(2026, 0, 2, 9);
  /** In the stream of the gate, which the watch function believes: what reaches it raises. */
  const raised = (lines: readonly string[]) =>
    seenInLogs(
      {
        messageType: 'DATA_MESSAGE',
        logGroup: '/airlock/scout/audit',
        logStream: 'gate',
        logEvents: lines
          .filter((line) => matchesPattern(SIGNAL_PATTERN, line))
          .map((message) => ({ message })),
      },
      { stack: 'airlock', agents: ['scout'], machines: [], rejectedFlows: () => 10, now },
    ).length;
  const part = (text: string) => `{"time":1,"journal":"${Buffer.from(text, 'latin1').toString('base64')}"}\n`;

  // Each is seen to raise a signal where nothing frames it.
  test.each([
    ['a forged record', FORGED],
    ['a forged record after a line break', `harmless\n${CHAIN}`],
    ['a record after a carriage return and control characters', `\x1b[2J\x00\r\n${FORGED}\n\x07`],
    ['nested quotes, then a record', `"}"}\\"}\n${FORGED}`],
    ['a line of 1 MB, then a record', `${'x'.repeat(1 << 20)}\n${FORGED}`],
    ['a flood of records', `${FORGED}\n`.repeat(5000)],
  ])('%s raises nothing, and stays a text of at most 8 KiB in a line of ours', (_, text) => {
    expect(raised(text.split('\n'))).toBeGreaterThan(0);
    const framed = journal(pathsUnder('')).frame(Buffer.from(part(text)), now).lines;
    expect(framed.length).toBeGreaterThan(0);
    expect(raised(framed)).toBe(0);
    for (const line of framed) {
      expect(line).toMatch(/^\{"testimony":"agent-host","time":"[^"]+"[\x20-\x7e]{0,8192}$/);
      expect(JSON.parse(line)).not.toHaveProperty('record');
    }
  });

  test('a part that pretends to be a line of the front is marked as the front’s own words', () => {
    const { lines } = journal(pathsUnder('')).frame(Buffer.from(`${FORGED}\n`), now);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ testimony: 'front', line: FORGED }]);
    expect(raised(lines)).toBe(0);
  });
});
