import { containmentParameter } from '../../constructs/names';
import type { Services } from '../../lib/cli/services';
import { type AuditResult, audit, followAudit, MOST_RECORDS } from '../../lib/operations/audit';
import { awsOf, type Client } from '../../lib/operations/aws';
import { Containments } from '../../lib/warden/containments';
import type { WardenEvent } from '../../lib/warden/events';
import { eventRecord, grantRecord } from '../../lib/warden/gate/record';
import { configDirectory } from '../cli/config-directory';
import { airlock } from '../cli/fake-terminal';
import { OBEYED } from '../cli/obeyed';
import { BOX, FakeBox } from '../warden/support/fake-box';

const TIME = '2026-01-02T03:04:00.000Z';
const request = (id: string, more: object = {}) =>
  JSON.stringify({
    record: 'request',
    time: TIME,
    id,
    host: 'api.github.com',
    method: 'GET',
    path: '/repos/ironsh/iron-proxy',
    query: [],
    decision: 'allow',
    by: 'rules',
    rule: 'release-notes-read',
    status: null,
    reason: 'rule release-notes-read lets it pass',
    ...more,
  });
const refused = (id: string, more: object = {}) =>
  request(id, {
    decision: 'refuse',
    by: 'grant',
    rule: 'release-delete',
    status: 403,
    reason: 'needs a grant',
    ...more,
  });
const end = (id: string, more: object = {}) =>
  JSON.stringify({ record: 'end', time: TIME, id, end: 'answered', status: 200, ms: 12, ...more });

/** CloudWatch with these pages; a name is an error. */
function logs(...pages: (readonly string[] | string)[]) {
  const asked: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    asked.push(input);
    const page = pages[Math.min(asked.length, pages.length) - 1] ?? [];
    if (typeof page === 'string') throw Object.assign(new Error('x'), { name: page });
    const nextToken = input.nextToken !== 'last' && pages.length > 1 ? 'last' : undefined;
    return { events: page.map((message) => ({ message })), nextToken };
  };
  return { asked, client: { send } };
}

const since = new Date('2026-01-02T02:04:05Z');
const input = (client: Client, denied = false) => ({
  aws: awsOf({ logs: () => client }, 'us-east-1'),
  stack: 'airlock',
  agent: 'scout',
  since,
  denied,
});
const ids = (result: AuditResult) => (result.reason === 'read' ? result.records.map(({ id }) => id) : result);

describe('audit reads the records of the gate', () => {
  test('from its stream, page by page, and counts lines that are none', async () => {
    const { client, asked } = logs(
      [request('1'), 'torn {"record":"req'],
      [end('1'), '[]', '{"record":1,"time":"x"}'],
    );
    expect(await audit(input(client))).toMatchObject({
      records: [
        { id: '1', record: 'request' },
        { id: '1', record: 'end' },
      ],
      unreadable: 3,
      isAll: true,
    });
    expect(asked[0]).toMatchObject({
      logGroupName: '/airlock/scout/audit',
      logStreamNames: ['gate'],
      startTime: since.getTime(),
    });
  });

  test('--denied keeps refusals by the head, by the body, before the gate was asked, and those that have no record', async () => {
    const omitted = JSON.stringify({ record: 'omitted', time: TIME, omitted: 3, reason: 'a cap on records' });
    const connection = (requests: number) => JSON.stringify({ record: 'connection', time: TIME, requests });
    const { client } = logs([
      request('1'),
      end('1'),
      connection(1),
      connection(0),
      refused('2'),
      request('3'),
      end('3', { end: 'refused' }),
      omitted,
    ]);
    expect(ids(await audit(input(client, true)))).toEqual([undefined, '2', '3', undefined]);
  });

  test('keeps the newest of too many, and says how many it leaves out', async () => {
    const many = Array.from({ length: 3 * MOST_RECORDS + 5 }, (_, index) => request(String(index)));
    const result = await audit(input(logs(many).client));
    expect(result).toMatchObject({ leftOut: 2 * MOST_RECORDS + 5 });
    expect((ids(result) as string[]).at(-1)).toBe(String(3 * MOST_RECORDS + 4));
    expect(ids(result)).toHaveLength(MOST_RECORDS);
  });

  test.each([
    ['AccessDeniedException', 'AWS denied logs:FilterLogEvents in us-east-1'],
    [
      'ResourceNotFoundException',
      'there is no log group /airlock/scout/audit in us-east-1: deploy the stack',
    ],
    ['ThrottlingException', 'run it again in a minute'],
  ])('says what to do about %s', async (name, message) => {
    expect(await audit(input(logs(name).client))).toEqual({
      reason: 'no-answer',
      message: expect.stringContaining(message),
    });
  });

  test('--follow shows a record once, one that arrives late too, and ends when AWS gives no answer', async () => {
    const looks = [
      [request('1')],
      [request('2'), request('1')],
      [request('3', { time: '2026-01-02T03:03:00Z' }), request('2')],
    ];
    const client = {
      send: async () => ({ events: (looks.shift() ?? fail()).map((message) => ({ message })) }),
    };
    const fail = () => {
      throw Object.assign(new Error('x'), { name: 'ExpiredTokenException' });
    };
    const seen: unknown[] = [];
    await followAudit(
      input(client as never),
      () => new Date(TIME),
      async () => true,
      (result) => seen.push(ids(result)),
    );
    expect(seen).toEqual([
      ['1'],
      ['2'],
      ['3'],
      { reason: 'no-answer', message: expect.stringContaining('expired') },
    ]);
  });
});

describe('airlock audit', () => {
  const run = (lines: readonly string[], ...more: string[]) => {
    const services = { logs: async () => logs(lines).client } as unknown as Services;
    return airlock(['audit', 'scout', '--config', configDirectory(), ...more], {}, services);
  };

  test('prints a request and its end in one row', async () => {
    const { stdout, exitCode } = await run([
      request('1', { query: [{ name: 'q' }] }),
      end('1'),
      refused('2'),
      request('3'),
    ]);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      `${TIME} | allowed | release-notes-read | GET api.github.com/repos/ironsh/iron-proxy?... | answered 200, 12 ms`,
      `${TIME} | refused | release-delete | GET api.github.com/repos/ironsh/iron-proxy | 403: needs a grant`,
      `${TIME} | allowed | release-notes-read | GET api.github.com/repos/ironsh/iron-proxy | no end yet`,
      '',
    ]);
    expect(exitCode).toBe(0);
  });

  test('shows a body that was refused as refused, by the rule that refused it', async () => {
    const { stdout } = await run([
      request('1'),
      end('1', { end: 'refused', by: 'body', rule: 'release-notes-write', status: 403, reason: 'field x' }),
    ]);
    expect(stdout).toMatch(/refused +release-notes-write .* refused 403, 12 ms, field x\n/);
  });

  test('shows the end of a connection, and who opened a rule and why', async () => {
    const { stdout } = await run([
      JSON.stringify({
        record: 'connection',
        time: TIME,
        name: 'api.github.com',
        in: 3,
        out: 4,
        ms: 5,
        end: '--',
      }),
      JSON.stringify({
        record: 'grant',
        time: TIME,
        id: 'r@1',
        rule: 'r',
        event: 'opens',
        until: 'x',
        by: 'arn:a',
        because: 'b',
      }),
    ]);
    expect(stdout.replace(/ {2,}/g, ' | ')).toBe(
      `${TIME} | connection | - | api.github.com | --, 3 bytes in, 4 out, 5 ms\n${TIME} | grant | r | r@1 | opens, until x, by arn:a: b\n`,
    );
  });

  test('shows what an event changed and who did it, and what a signal, a charge and a limit say', async () => {
    const box = new FakeBox();
    const value = JSON.stringify({ what: 'contained', by: 'arn:a', because: 'a loop', cut: true });
    const written = { version: 3, value, author: 'arn:w', modified: Date.parse(TIME) };
    box.histories.set(containmentParameter('airlock', 'scout'), [written]);
    const [contained] = await new Containments(box, BOX).news();
    const grant = { id: 'r@1', rule: 'r', because: 'a release', until: Date.parse(TIME) + 5000, by: 'arn:b' };
    const of = (record: string, more: object) => JSON.stringify({ record, time: TIME, id: 'x', ...more });
    const { stdout } = await run([
      of('event', { event: 'changed', detail: { policy: 'aaaa', 'secret pat': 3 } }),
      eventRecord('scout', contained as WardenEvent, Date.parse(TIME)),
      grantRecord('scout', grant, 'closes', Date.parse(TIME)),
      of('signal', { signal: 'pushes', saw: '"POST a/b"', count: 2 }),
      of('charge', { rule: 'r', model: 'm', microUsd: 12_345 }),
      of('spend', { event: 'reaches', period: 'day', percent: 80, limitUsd: 5 }),
    ]);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      `${TIME} | event | - | changed | policy aaaa, secret pat 3`,
      `${TIME} | event | arn:a | containment | what contained, at 2026-01-02T03:04:00.000Z, writer arn:w, by arn:a, because a loop, cut true, version 3`,
      `${TIME} | grant | r | r@1 | closes, until 2026-01-02T03:04:05.000Z, by arn:b: a release`,
      `${TIME} | signal | - | pushes | "POST a/b", 2 times`,
      `${TIME} | charge | r | m | at most 0.0123 USD`,
      `${TIME} | spend | - | x | 80 % of 5 USD a day`,
      '',
    ]);
  });

  test('hostile bytes of the agent reach no terminal, and a line that is no record is said', async () => {
    const hostile = '\u001b]0;x\u0007\u202e\r';
    const { stdout, exitCode } = await run([
      request('1', { path: `/a${hostile}` }),
      `${hostile} not a record`,
    ]);
    expect(stdout).toContain('/a\\u001b]0;x\\u0007\\u202e\\r');
    expect(stdout).not.toMatch(OBEYED);
    expect(stdout).toContain('1 line could not be read as a record');
    expect(exitCode).toBe(1);
  });

  test('--json has the records as they are', async () => {
    const { stdout } = await run([request('1')], '--json', '--since', '2d');
    expect(JSON.parse(stdout)).toMatchObject({
      agent: 'scout',
      since: '2025-12-31T03:04:05.000Z',
      records: [{ id: '1' }],
    });
  });

  test.each([
    [['--since', '0m'], /Write a number and s, m, h or d/],
    [['--follow', '--output', 'x'], /--follow has no end/],
  ])('refuses %j', async (options, message) => {
    const { stderr, exitCode } = await run([], ...options);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
  });

  test.each([
    [[request('1')], '1 record'],
    [[], 'no record'],
  ])('says from when on it looked, because a wrong clock hides records', async (lines, found) => {
    const { stderr } = await run(lines, '--since', '2h');
    expect(stderr).toBe(`${found} of scout since 2026-01-02T01:04:05.000Z\n`);
  });

  test('names the nearest agent', async () => {
    const { stderr } = await airlock(['audit', 'scuot', '--config', configDirectory()]);
    expect(stderr).toContain('did you mean "scout"?');
  });
});
