import { createHash } from 'node:crypto';
import { Review } from '../../lib/review/review';
import { sectionsOf } from '../../lib/review/sections';
import { configDirectory } from '../cli/config-directory';
import { airlock } from '../cli/fake-terminal';
import { OBEYED } from '../cli/obeyed';
import { awsError, servicesThatFail, servicesWith } from '../support/aws';

const NOW = new Date('2026-03-08T00:00:00Z');
const DAY = 86_400_000;
const at = (daysAgo: number) => new Date(NOW.getTime() - daysAgo * DAY).toISOString();
const request = (daysAgo: number, more: object) =>
  JSON.stringify({
    record: 'request',
    time: at(daysAgo),
    method: 'GET',
    path: '/x',
    decision: 'allow',
    ...more,
  });
const HOSTILE = '<img src=x onerror=alert(1)>`|\u001b]0;x\u0007\\| [x](https://evil.example) \\|';
const LINES = [
  request(10, { host: 'old.example.com', rule: 'release-notes-read' }),
  request(3, { host: 'old.example.com', rule: 'release-notes-read', bodyBytes: 2048 }),
  request(3, { host: 'fresh.example.com', decision: 'refuse', reason: 'no rule allows it', path: HOSTILE }),
  request(2, { host: 'fresh.example.com', decision: 'refuse', reason: 'no rule allows it', path: HOSTILE }),
  JSON.stringify({
    record: 'end',
    time: at(1),
    end: 'refused',
    rule: 'release-notes-write',
    reason: 'a body',
  }),
  JSON.stringify({ record: 'omitted', time: at(1), omitted: 7 }),
  JSON.stringify({ record: 'signal', time: at(1), signal: 'new-host', saw: 'a host', count: 3 }),
  JSON.stringify({
    record: 'grant',
    event: 'opens',
    id: 'g',
    time: at(1),
    rule: 'merge',
    by: 'arn:x',
    because: 'a release',
    until: at(0),
  }),
  JSON.stringify({ record: 'event', time: at(1), event: 'changed', detail: { policy: 'aaaa', rules: 3 } }),
  JSON.stringify({ record: 'charge', time: at(1), rule: 'anthropic/messages', microUsd: 2_500_000 }),
  'torn {',
];

const run = (...argv: string[]) => {
  const services = servicesWith((operation) => {
    if (operation !== 'FilterLogEvents') throw awsError('AccessDeniedException');
    return { events: LINES.map((message) => ({ message })) };
  });
  return airlock(['review', ...argv, '--config', configDirectory()], { now: () => NOW }, services);
};

test('says what was asked, refused, new, granted and unused', async () => {
  const { stdout, exitCode } = await run('scout', '--json');
  expect(exitCode).toBe(0);
  const [agent] = JSON.parse(stdout).agents;
  expect(agent).toMatchObject({
    requests: 3,
    refused: 3,
    omitted: 7,
    rules: [{ rule: 'release-notes-read', requests: 1, uploadKiB: 2 }],
    refusals: [{ times: 2, why: 'no rule allows it' }, { what: 'a body for the rule release-notes-write' }],
    newHosts: [{ host: 'fresh.example.com', allowed: false, first: at(3) }],
    newHostsLeftOut: 0,
    grants: [{ rule: 'merge', by: 'arn:x', because: 'a release' }],
    signals: [{ what: 'new-host', times: 3 }],
    events: [{ what: 'changed', why: 'policy aaaa, rules 3', times: 1 }],
    unreadable: 1,
    spend: { chargedUsd: 2.5 },
    missing: expect.arrayContaining([expect.stringContaining('ec2:DescribeInstances')]),
  });
  expect(agent.unused).not.toContain('release-notes-read');
  expect(agent.days).toHaveLength(8);
});

test.each(['text', 'md'])('%s obeys nothing that an agent wrote', async (format) => {
  const { stdout } = await run('scout', '--format', format);
  expect(stdout).toContain('fresh.example.com');
  expect(stdout).not.toMatch(OBEYED);
  expect(stdout.match(/`/g)?.length ?? 0).toBe(
    format === 'md' ? 2 * (stdout.match(/`[^`\n]+`/g)?.length ?? 0) : (stdout.match(/`/g)?.length ?? 0),
  );
});

test('no bar in a text of an agent ends a cell of Markdown', async () => {
  const { stdout } = await run('scout', '--format', 'md');
  const row = stdout.split('\n').find((line) => line.includes('evil.example'));
  // As GitHub reads a row: a backslash makes the next character a text.
  expect(row?.replace(/\\./g, '').split('|')).toHaveLength(4 + 2);
});

test('the HTML runs its own two scripts and nothing else', async () => {
  const { stdout } = await run('--format', 'html');
  expect(stdout).not.toContain('<img');
  expect(stdout.split('<script>')[0]).not.toMatch(/<[^>]*\s(?:src|href)=(?!"#|"data:,")/);
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(stdout)?.[1] ?? '';
  const scripts = [...stdout.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text);
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  expect(scripts).toHaveLength(2);
  expect(policy).toContain(`script-src ${hashes.join(' ')};`);
  expect(policy).toContain("default-src 'none'");
});

test('an unknown agent and a missing permission are told', async () => {
  expect(await run('scuot')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('did you mean "scout"'),
  });
  const argv = ['review', '--config', configDirectory()];
  const denied = await airlock(argv, {}, servicesThatFail('AccessDeniedException'));
  expect(denied.stderr).toContain('AWS denied logs:FilterLogEvents');
});

test('spend stands against its limits, and ages beside it', () => {
  const review = new Review('scout', new Date(at(7)), NOW).result([], {
    spend: {
      model: { dayUsd: 1, monthUsd: 9.5, dailyUsd: 5, isLost: true },
      aws: { spentUsd: 12.5, limitUsd: 240 },
    },
    ages: [{ what: 'image of the proxy box', days: 99 }],
    baseline: '2026-02-01',
    missing: [],
  });
  const rowsOf = (title: string) => sectionsOf(review).find((section) => section.title === title)?.rows;
  expect(rowsOf('Spend')).toEqual([
    ['model calls in this period, at most', '0.00', ''],
    ['model calls today, at most', '1.00', '5.00'],
    ['model calls this month, at most (a part of the sum is LOST)', '9.50', ''],
    ['AWS this month', '12.50', '240.00'],
  ]);
  expect(rowsOf('Ages')).toEqual([['image of the proxy box', '99']]);
});

test('an hour is unusual by the limit of the agent', () => {
  const usual = { hours: Array(24).fill(0), spread: 0.1, day: 9, daySpread: 9 };
  const use = { requests: usual, uploadKiB: usual };
  const baseline = { from: '2026-02-01', days: 28, rules: { '*': use, r: use } };
  const unusualWith = (limits: object) => {
    const review = new Review('scout', new Date(at(7)), NOW, baseline, limits);
    for (let minute = 0; minute < 40; minute += 1)
      review.add(JSON.parse(request(1 - minute / 1440, { host: 'a.example.com', rule: 'r' })));
    return review.result([], { spend: {}, ages: [], missing: [] }).unusual;
  };
  expect(unusualWith({})).toMatchObject([{ what: 'all rules' }, { what: 'r', why: 'unusual hours' }]);
  expect(unusualWith({ 'unusual-hour': 1000 })).toEqual([]);
});
