import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { auditLogGroup, flowLogGroup, resolverLogGroup } from '../../constructs/names';
import { createContext } from '../../lib/cli/context';
import { createProgram } from '../../lib/cli/program';
import type { Services } from '../../lib/cli/services';
import { LIMITS, type LimitId, SIGNALS } from '../../lib/config/values/signals';
import { CATALOGUE } from '../../lib/watch/catalogue';
import type { Fields } from '../../lib/watch/signal';
import { MODEL_PRESETS } from '../../lib/watch/signals/model-calls';
import { PACKAGE_PRESETS } from '../../lib/watch/signals/package-installs';
import { Watch } from '../../lib/watch/watch';
import { terminal } from '../cli/fake-terminal';
import { leaves } from '../cli/leaves';
import { other, request, START, times } from './records';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A limit of 5 for everything, so that tables are short. */
const told = (records: readonly Fields[], limit = (_: LimitId) => 5) => {
  const watch = new Watch(limit);
  return records
    .flatMap((record) => watch.see(record))
    .map(({ signal, count, key }) => `${signal} ${key ?? ''}x${count}`);
};
const refused =
  (more: Fields = {}) =>
  (ms: number) =>
    request(ms, { decision: 'refuse', rule: null, ...more });
const model = (ms: number) => request(ms, { rule: 'anthropic/messages', host: 'api.anthropic.com' });
const unheard = (ms: number) => other(ms, 'connection', { requests: 0, name: 'evil.example' });
const seen = request(0);

describe('a signal is raised by', () => {
  test.each<[string, readonly Fields[], readonly string[]]>([
    ['nothing in one request', [seen], []],
    ['six refusals in five minutes, and not five', times(6, refused()), ['refusals x1']],
    ['nothing in five refusals', times(5, refused()), []],
    ['nothing in refusals that are far apart', times(8, (ms) => refused()(ms * 300)), []],
    ['bodies that are refused', times(6, (ms) => other(ms, 'end', { end: 'refused' })), ['refusals x1']],
    ['refusals that a cap left no record of', [other(0, 'omitted', { omitted: 6 })], ['refusals x1']],
    [
      'connections of which the gate heard no request, and not those that brought one',
      [...times(6, (ms) => other(ms, 'connection', { requests: 1 })), ...times(6, unheard)],
      ['refusals x1'],
    ],
    [
      'a new host that only a TLS name has, because iron-proxy refused the request before it asked',
      [seen, unheard(DAY), other(DAY + 1, 'connection', { requests: 1, name: 'known.example' })],
      ['new-host refusedx1'],
    ],
    ['six actions in a day', times(6, (ms) => request(ms * 600, { risk: 'medium' })), ['actions x1']],
    ['nothing in actions that were refused', times(5, refused({ risk: 'medium' })), []],
    ['six calls of the model in an hour', times(6, model), ['model-calls x1']],
    ['nothing in calls of two hours', [...times(4, model), ...times(4, model, HOUR)], []],
    [
      'six requests to a package mirror',
      times(6, (ms) => request(ms, { rule: 'npm-install/packages' })),
      ['package-installs x1'],
    ],
    [
      'nothing in a rule of the agent whose name begins like a preset',
      times(6, (ms) => request(ms, { rule: 'npm-install' })),
      [],
    ],
    [
      'bytes that the front counted',
      times(6, (ms) => other(ms, 'connection', { in: 1_048_576 })),
      ['bytes-out x1'],
    ],
    [
      'a push, allowed or not',
      [request(0, { method: 'POST', path: '/a/b.git/git-receive-pack' })],
      ['pushes allowedx1'],
    ],
    [
      'a push whose path is escaped',
      [request(0, { method: 'POST', path: '/a/b.git/git-receive%2Dpac%6b' })],
      ['pushes allowedx1'],
    ],
    [
      'a request that needs a grant, once for each rule and hour',
      [
        ...times(2, refused({ by: 'grant', rule: 'release-delete' })),
        ...times(1, refused({ by: 'grant', rule: 'other' }), 5000),
      ],
      ['asks-for-grant release-deletex1', 'asks-for-grant otherx1'],
    ],
    [
      'a grant that opens, and not by its end',
      [
        other(0, 'grant', { event: 'opens', rule: 'release-delete', by: 'ann', because: 'x' }),
        other(1, 'grant', { event: 'closes', rule: 'release-delete' }),
      ],
      ['grant-opened release-deletex1'],
    ],
    [
      'each part of what model calls may cost, and not by the end of a day',
      [
        other(0, 'spend', { event: 'reaches', period: 'day', percent: 50 }),
        other(1, 'spend', { event: 'day', monthUsd: 9 }),
        other(2, 'spend', { event: 'reaches', period: 'day', percent: 80 }),
      ],
      ['model-spend day 50x1', 'model-spend day 80x1'],
    ],
    ['another policy', [seen, request(1, { policy: 'bbbbbbbbbbbbbbbb' })], ['policy-changed x1']],
    ['nothing in a gate that has no policy yet', [seen, refused({ policy: '' })(1), request(2)], []],
    [
      'a new host after the first day, and not by a known one in capitals',
      [seen, request(DAY, { host: 'API.github.com' }), request(DAY + 1, { host: 'evil.example' })],
      ['new-host allowedx1'],
    ],
    [
      'an allowed new host, also behind many refused ones',
      [
        seen,
        ...times(50, (ms) => refused({ host: `${ms}.example` })(ms), DAY),
        request(DAY + 60_000, { host: 'quiet.example' }),
        request(DAY + HOUR, {}),
      ],
      ['new-host refusedx1', 'refusals x1', 'new-host allowedx1', 'new-host refusedx49', 'refusals x44'],
    ],
    ['nothing in new hosts on the first day', [seen, request(DAY - 1, { host: 'evil.example' })], []],
    ['nothing in a record without a time', [{ ...refused()(0), time: 'never' }], []],
  ])('%s', (_, records, expected) => {
    expect(told(records)).toEqual(expected);
  });

  test('more than the limit of the agent’s file', () => {
    expect(told(times(6, model), (id) => (id === 'model-calls' ? 6 : 1000))).toEqual([]);
  });
});

describe('a signal is told at most twice an hour for each key', () => {
  const many = times(50, refused());

  test('at once, and with the number of the others when the hour is over', () => {
    expect(told([...many, request(HOUR)])).toEqual(['refusals x1', 'refusals x44']);
  });

  test('also when the agent invents ten thousand keys', () => {
    const records = Array.from({ length: 10_000 }, (_, index) =>
      refused({ by: 'grant', rule: `r${index}` })(index),
    );
    expect(told(records).length).toBeLessThanOrEqual(202);
  });

  test('a clock that jumps back or forward neither silences a signal nor repeats it without end', () => {
    const back = times(6, (ms) => refused()(ms - 30 * DAY));
    const forward = times(6, (ms) => refused()(ms + 300 * DAY));
    expect(told([...many, ...back, ...forward]).filter((each) => each === 'refusals x1')).toHaveLength(3);
  });

  test.each([-30 * DAY, 30 * DAY])(
    'a clock that jumps by %s ms adds nothing to the count before it',
    (jump) => {
      expect(told([...times(4, refused()), ...times(4, refused(), jump)])).toEqual([]);
    },
  );

  test('a restarted gate tells nothing again that the one before it told', () => {
    const watch = new Watch(() => 5);
    for (const record of many) watch.see(record);
    const again = new Watch(() => 5);
    again.known(other(5000, 'signal', { signal: 'refusals' }));
    expect(many.flatMap((record) => again.see(record))).toEqual([]);
    expect(again.over(START + HOUR)).toMatchObject([{ signal: 'refusals', count: 45 }]);
    expect(watch.over(START + HOUR)).toMatchObject([{ signal: 'refusals', count: 44 }]);
  });

  test('the end of an hour names some hosts, not the last alone', () => {
    const watch = new Watch(() => 5, 'new-host');
    const hosts = Array.from({ length: 9 }, (_, at) => request(DAY + at, { host: `h${at}.example` }));
    const told = [seen, ...hosts].flatMap((record) => watch.see(record));
    expect(told).toMatchObject([{ saw: '"h0.example", allowed' }]);
    const named = [1, 2, 3, 4, 8].map((at) => `"h${at}.example", allowed`).join('; ');
    expect(watch.over(START + 2 * DAY)).toMatchObject([{ count: 8, saw: named }]);
  });

  test('hosts are remembered up to a number, so that a flood of names fills no memory', () => {
    const watch = new Watch(() => 5, 'new-host');
    const flood = Array.from({ length: 5000 }, (_, index) =>
      request(DAY + index, { host: `h${index}.example` }),
    );
    // The first of the flood is forgotten, and the last is not.
    const again = ['h0.example', 'h4999.example'].map((host, index) => request(DAY + 5000 + index, { host }));
    for (const record of [seen, ...flood, ...again]) watch.see(record);
    expect(watch.over(START + 2 * DAY)).toMatchObject([{ signal: 'new-host', count: 5000 }]);
  });
});

test('texts of the agent stand in a message as printable ASCII, cut and in quotes', () => {
  const watch = new Watch(() => 5);
  const path = `/x\u001b[2J\u202e"\n${'a'.repeat(5000)}/git-receive-pack`;
  const [push] = watch.see(request(0, { method: 'POST', path }));
  expect(push?.saw).toMatch(/^"[\x20-\x7e]{1,130}", allowed$/);
});

test('each signal has its file, its limit is the schema’s, and presets are those of their kinds', () => {
  const files = readdirSync('lib/watch/signals').map((name) => name.replace('.ts', ''));
  expect(files.sort()).toEqual([...SIGNALS]);
  expect(Object.keys(CATALOGUE)).toEqual([...SIGNALS]);
  expect(Object.values(CATALOGUE).map(({ id }) => id)).toEqual([...SIGNALS]);
  expect(Object.keys(LIMITS).every((id) => Object.hasOwn(CATALOGUE, id))).toBe(true);
  const kinds = readdirSync('config/presets').map((name) =>
    parse(readFileSync(`config/presets/${name}`, 'utf8')),
  );
  const of = (...wanted: string[]) =>
    kinds.filter(({ kind }) => wanted.includes(kind)).map(({ name }) => name);
  expect([...MODEL_PRESETS]).toEqual(of('model'));
  expect([...PACKAGE_PRESETS]).toEqual(of('registry', 'updates'));
});

test('each signal has a runbook: what to look at, when it is nothing, and what to do', () => {
  const [, ...sections] = readFileSync('docs/RUNBOOKS.md', 'utf8').split(/^## /m);
  const ids = sections.map((section) => section.slice(0, section.indexOf('\n')));
  expect(ids).toEqual([...SIGNALS]);
  const whole = /^\S+\n\w[^\n].*\n- \*\*Look\*\*: .*\n- \*\*Nothing if\*\*: .*\n- \*\*Do\*\*: /s;
  expect(sections.filter((section) => !whole.test(section))).toEqual([]);
  const groups = [auditLogGroup('airlock', 'scout'), flowLogGroup('airlock'), resolverLogGroup('airlock')];
  const tailed = sections.flatMap((section) =>
    [...section.matchAll(/aws logs tail (\S+)/g)].map(([, group]) => group),
  );
  expect([...new Set(tailed)].sort()).toEqual(groups.sort());
});

test('the command that a message names is one of airlock, with its arguments and flags', () => {
  const commands = leaves(createProgram(createContext(terminal(), {} as Services), []));
  const wrong = Object.values(CATALOGUE).flatMap(({ command }) => {
    const words = command.split(' ').slice(1);
    const [name, found] = commands.find(([each]) => each.every((word, index) => words[index] === word)) ?? [
      [],
    ];
    const [, ...flags] = words.slice(name.length).join(' ').split(/ ?--/u);
    const positional = words.slice(name.length).filter((word) => word === 'AGENT').length;
    const known = flags.every((flag) =>
      found?.options.some(({ long }) => long === `--${flag.split(' ')[0]}`),
    );
    return found && known && positional <= found.registeredArguments.length ? [] : [command];
  });
  expect(wrong).toEqual([]);
});
