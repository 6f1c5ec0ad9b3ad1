import { auditLogGroup, policyParameter, TAG_AGENT, TAG_PART } from '../../constructs/names';
import { splitAtLines } from '../../constructs/proxy/policy-parameters';
import { auditRecord } from '../../lib/operations/audit/record';
import { weeklyReview } from '../../lib/operations/review/weekly';
import { isReviewDue } from '../../lib/operations/watch/automatic';
import { compilePolicy } from '../../lib/policy';
import { reviewMail } from '../../lib/review/mail';
import { WEEK } from '../../lib/review/queries';
import { Review } from '../../lib/review/review';
import { headline } from '../../lib/review/sections';
import type { Fields } from '../../lib/watch/signal';
import { kitAirlock } from '../support/arbitrary-airlock';
import { awsError, awsWith } from '../support/aws';
import { answer, type LogLine } from '../support/insights';
import { other, request, START, times } from './records';

const DAY = 86_400_000;
const WHERE = { stack: 'airlock', region: 'eu-north-1' };
const NOW = new Date(START + WEEK);
const airlock = kitAirlock();
const policies = new Map(airlock.agents.map((agent) => [agent.name, compilePolicy(airlock, agent).text]));
const HOSTILE = '"} | limit 0 | \u001b[2J\u202e<b>é';
const refused = (ms: number, host: string, path = '/x') =>
  request(ms, { decision: 'refuse', rule: null, reason: 'no rule allows it', host, path });
const RECORDS: readonly Fields[] = [
  request(-DAY, { host: 'old.example.com' }),
  refused(DAY, 'fresh.example.com', HOSTILE),
  refused(2 * DAY, 'fresh.example.com', HOSTILE),
  request(2 * DAY, { bodyBytes: 2048 }),
  request(3 * DAY, { host: 'old.example.com', rule: 'release-notes-write', bodyBytes: 1024 }),
  other(3 * DAY, 'end', { id: 'x', end: 'refused', rule: 'release-notes-write', reason: 'a body' }),
  other(3 * DAY, 'end', { id: 'y', end: 'answered', status: 200 }),
  other(3 * DAY, 'omitted', { omitted: 7 }),
  other(4 * DAY, 'signal', { signal: 'unusual-hour', saw: 'x', count: 3 }),
  other(4 * DAY, 'grant', {
    event: 'opens',
    rule: 'release-delete',
    by: 'arn:x',
    because: 'a bad tag',
    until: new Date(START + 5 * DAY).toISOString(),
  }),
  other(4 * DAY, 'event', { event: 'changed', detail: { policy: 'aaaa' } }),
  other(5 * DAY, 'charge', { rule: 'anthropic/messages', microUsd: 1_500_000 }),
];
const lineOf = (record: Fields): LogLine => ({
  stream: 'gate',
  at: Date.parse(String(record.time)),
  text: JSON.stringify(record),
});
const FORGED = { ...lineOf(request(DAY, { rule: 'forged' })), stream: 'journal' };

/** The account: queries are evaluated over the lines of their group. */
function account(lines: readonly LogLine[], fails: (group: string) => boolean = () => false) {
  const asked: Record<string, string>[][] = [];
  const looks = new Map<string, number>();
  // biome-ignore lint/suspicious/noExplicitAny: inputs of many operations
  const answers: Readonly<Record<string, (input: any) => unknown>> = {
    StartQuery: ({ logGroupName, queryString, startTime, endTime }) => {
      if (fails(logGroupName)) throw awsError('AccessDeniedException');
      const within = lines.filter(({ at }) => at >= startTime * 1000 && at <= endTime * 1000);
      asked.push(answer(queryString, within));
      return { queryId: String(asked.length - 1) };
    },
    GetQueryResults: ({ queryId }) => {
      const look = (looks.get(queryId) ?? 0) + 1;
      looks.set(queryId, look);
      if (look < 3) return { status: look === 1 ? 'Scheduled' : 'Running', results: [] };
      const rows = asked[Number(queryId)] ?? [];
      const results = rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value })));
      return { status: 'Complete', results };
    },
    GetParametersByPath: ({ Path }) => {
      const agent = String(Path).split('/')[2] ?? '';
      const text = policies.get(agent) ?? '';
      // As many parts as there can be, and not in their order.
      const most = Math.max(...text.split('\n').map(({ length }) => length)) + 1;
      const parts = splitAtLines(text, most).map((Value, index) => ({
        Name: policyParameter('airlock', agent, index + 1),
        Value,
      }));
      return { Parameters: parts.reverse() };
    },
    DescribeInstances: () => ({
      Reservations: [{ Instances: [instance('agent-host'), instance('proxy-box')] }],
    }),
    DescribeImages: () => ({
      Images: [{ ImageId: 'ami-1', CreationDate: new Date(NOW.getTime() - 99 * DAY).toISOString() }],
    }),
    DescribeParameters: () => ({
      Parameters: [
        { Name: '/airlock/scout/pat', Type: 'SecureString', Version: 2, LastModifiedDate: new Date(START) },
        { Name: '/airlock/scout/unset', Type: 'SecureString', Version: 1, LastModifiedDate: new Date(0) },
      ],
    }),
    FilterLogEvents: () => ({ events: [{ message: HEALTH }] }),
  };
  return awsWith((operation, input) => answers[operation]?.(input));
}
const instance = (part: string) => ({
  ImageId: 'ami-1',
  Tags: [
    { Key: TAG_AGENT, Value: 'scout' },
    { Key: TAG_PART, Value: part },
  ],
});
const HEALTH = JSON.stringify({
  _aws: { Timestamp: NOW.getTime() - 1000 },
  ProxyHealthy: 1,
  spend: { dayUsd: 1.5, monthUsd: 12, dailyUsd: 5, problem: 'it is missing' },
});
const week = (lines: readonly LogLine[], agents: readonly string[], fails?: (group: string) => boolean) =>
  weeklyReview({
    aws: account(lines, fails),
    stack: 'airlock',
    agents,
    now: NOW,
    pause: async () => undefined,
  });

test('the week by CloudWatch Logs Insights has the figures of `airlock review`', async () => {
  const [part] = await week([...RECORDS.map(lineOf), FORGED], ['scout']);
  const scout = airlock.agents.find(({ name }) => name === 'scout');
  const inForce = scout?.egress.flatMap(({ id, risk }) => (risk === 'high' ? [] : [id])) ?? [];
  const review = new Review('scout', new Date(START), NOW);
  for (const record of RECORDS) review.add(auditRecord(JSON.stringify(record)) as never);
  const { days, events, signals, ...expected } = review.result(inForce, {
    spend: {
      model: {
        dayUsd: 1.5,
        monthUsd: 12,
        dailyUsd: 5,
        monthlyUsd: undefined,
        isLost: false,
        problem: 'it is missing',
      },
    },
    ages: [
      { what: 'image of the agent host', days: 99 },
      { what: 'image of the proxy box', days: 99 },
      { what: 'value of the secret pat', days: 7 },
    ],
    missing: [],
  });
  expect(part).toMatchObject(expected as object);
  expect(part).toMatchObject({
    unused: expect.arrayContaining(['anthropic/messages']),
    signals: [{ what: 'unusual-hour', times: 3 }],
    events: [{ what: 'changed', times: 1 }],
    spend: { chargedUsd: 1.5 },
  });
});

test('no crowd of refused hosts hides one that is allowed, or the bytes that no request announced', async () => {
  const crowd = Array.from({ length: 1000 }, (_, index) => refused(DAY + index, `${index}.example.com`));
  const records = [
    ...crowd.slice(0, 500),
    request(2 * DAY, { host: 'quiet.example.com' }),
    refused(3 * DAY, 'quiet.example.com'),
    ...crowd.slice(500),
    other(4 * DAY, 'connection', { name: 'api.github.com', requests: 1, unannounced: 5 << 20, end: '--' }),
  ];
  const review = new Review('scout', new Date(START), NOW);
  for (const record of records) review.add(auditRecord(JSON.stringify(record)) as never);
  const whole = review.result([], { spend: {}, ages: [], missing: [] });
  const [part] = await week(records.map(lineOf), ['scout']);
  for (const one of [part as typeof whole, whole]) {
    expect(one.newHosts[0]).toMatchObject({ host: 'quiet.example.com', allowed: true });
    expect(one.newHosts[1]).toMatchObject({ host: '999.example.com', allowed: false });
    expect(one.newHosts.length + one.newHostsLeftOut).toBe(1001);
    expect(headline(one)).toContain('bytes out: 5 MiB');
  }
  const { message } = reviewMail(WHERE, [part as typeof whole]);
  expect(message).toContain('quiet[.]example[.]com | allowed');
  expect(message).toContain('and 996 more hosts');
});

test('many different signals or events hide none of another kind', () => {
  const review = new Review('scout', new Date(START), NOW);
  for (const record of [
    ...times(600, (ms) => other(ms, 'signal', { signal: 'new-host', saw: `host ${ms}` })),
    ...times(600, (ms) => other(ms, 'event', { event: 'canary-seen', detail: { record: `${ms}` } })),
    other(DAY, 'signal', { signal: 'chain-broken', saw: 'x' }),
    other(DAY, 'event', { event: 'changed', detail: { what: 'policy' } }),
  ])
    review.add(auditRecord(JSON.stringify(record)) as never);
  const { signals, events } = review.result([], { spend: {}, ages: [], missing: [] });
  expect(signals.map(({ what }) => what)).toContain('chain-broken');
  expect(events.map(({ what }) => what)).toContain('changed');
  expect(signals.reduce((sum, { times }) => sum + times, 0)).toBe(601);
});

test('the mail says it in ASCII, with the command that makes the HTML', async () => {
  const { subject, message } = reviewMail(WHERE, await week(RECORDS.map(lineOf), ['scout']));
  expect(subject).toBe("airlock: the week's review");
  expect(message).toMatch(/^[\x20-\x7e\n]+$/);
  for (const part of [
    'npx airlock review --since 7d --format html --output review.html --region eu-north-1 (in the project of the stack airlock)\n',
    'requests: 4, rules used: 2, refused: 3',
    'GET fresh[.]example[.]com"} | limit 0 | ?[2J?<b>? | 2 |',
    'release-delete | ',
    'arn:x | a bad tag',
    'unusual-hour | 3',
    'model calls in this period, at most | 1.50',
    'image of the proxy box | 99',
    'watch.review: off',
  ])
    expect(message).toContain(part);
});

test('an agent whose records give no answer is told, and hides no other', async () => {
  const parts = await week(
    RECORDS.map(lineOf),
    ['mender', 'scout'],
    (group) => group === auditLogGroup('airlock', 'mender'),
  );
  expect(parts).toMatchObject([
    { agent: 'mender', problem: expect.stringContaining('logs:StartQuery') },
    { requests: 4 },
  ]);
  expect(reviewMail(WHERE, parts).message).toContain('mender\n  no answer: AWS denied logs:StartQuery');
});

test('a mail of the most agents with the longest texts fits a message of Amazon SNS', async () => {
  const long = 'é'.repeat(2000);
  const records = Array.from({ length: 30 }, (_, index) => [
    refused(index, `${index}.example.com`, `/${long}`),
    other(index, 'grant', { event: 'opens', rule: `r${index}`, by: long, because: long, until: long }),
    other(index, 'event', { event: `${index}${long}` }),
  ]).flat();
  const [part] = await week(records.map(lineOf), ['scout']);
  if (part === undefined) throw new Error('no part');
  const { message } = reviewMail(WHERE, Array(60).fill(part));
  expect(Buffer.byteLength(message)).toBeLessThan(262_144);
  expect(message).toMatch(/The mail is full: \d+ agents are left out\./);
  expect(reviewMail(WHERE, Array(17).fill(part)).message).not.toContain('The mail is full');
});

test.each<[string, object, boolean]>([
  ['at six on Monday', { time: '2026-03-02T06:00:00Z' }, true],
  ['five minutes later', { time: '2026-03-02T06:05:00Z' }, false],
  ['on Tuesday', { time: '2026-03-03T06:00:00Z' }, false],
  ['by another event', { time: '2026-03-02T06:00:00Z', 'detail-type': 'Parameter Store Change' }, false],
  ['without a time', {}, false],
])('the review is due %s: %s', (_, event, expected) => {
  expect(isReviewDue({ 'detail-type': 'Scheduled Event', ...event })).toBe(expected);
});
