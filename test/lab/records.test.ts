import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { RECORD_CHECKS } from '../../lab/proxy/plan/record-checks';
import {
  type Accountable,
  accountFault,
  auditLines,
  decodedPath,
  refusalFault,
  strayFault,
} from '../../lab/proxy/plan/records';
import { requestsOf } from '../../lab/proxy/plan/use';
import { PROXY_VARIANTS } from '../../lab/proxy/plan/variants';
import { lines } from '../../lab/proxy/programs/worker/lines';
import { formsOf, search } from '../../lab/proxy/programs/worker/search';
import { temporary } from '../support/temporary';

const READ = '/airlock/scout/read';
const WRITE = '/airlock/scout/write';

function line(audit: object, more: object = {}): string {
  const about = { host: 'h', method: 'GET', path: '/x', action: 'allow', status_code: 200 };
  return JSON.stringify({ level: 'INFO', msg: 'request', audit: { ...about, ...audit }, ...more });
}

const carrying = (...parameters: string[]) => ({
  request_transforms: [{ name: 'secrets', action: 'allow', annotations: { injected: parameters } }],
});
const REQUEST: Accountable = { host: 'h', method: 'GET', path: '/x', secrets: [READ] };

describe('LOG-1 what was let through is accounted for', () => {
  test.each([
    [
      'one line each',
      [line({}, carrying(READ)), '{"level":"WARN","msg":"listening"}', 'not JSON'],
      undefined,
    ],
    ['no line', [], /GET h\/x with \/airlock\/scout\/read: 1 sent, 0 in/],
    ['two lines', [line({}, carrying(READ)), line({}, carrying(READ))], /1 sent, 2 in/],
    [
      'a line for nothing',
      [line({}, carrying(READ)), line({ path: '/other' })],
      /h\/other with no secret: 0 sent, 1 in/,
    ],
    ['another method', [line({ method: 'HEAD' }, carrying(READ))], /1 sent, 0 in/],
    ['another host', [line({ host: 'i' }, carrying(READ))], /1 sent, 0 in/],
    ['refused', [line({ action: 'reject' }, carrying(READ))], /1 sent, 0 in/],
    ['no word of its secret', [line({})], /1 sent, 0 in/],
    ['another secret', [line({}, carrying(WRITE))], /1 sent, 0 in/],
    ['a further secret', [line({}, carrying(READ, WRITE))], /1 sent, 0 in/],
    ['a secret whose name begins alike', [line({}, carrying(`${READ}-2`))], /1 sent, 0 in/],
  ])('%s', (_, written, fault) => {
    const found = accountFault([REQUEST], auditLines(written), [READ, WRITE]);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });

  test('nothing that was sent accounts for nothing', () => {
    expect(accountFault([], [], [])).toBe('no request to account for');
  });

  test('a path is the one that rules see', () => {
    const arrival = {
      method: 'GET',
      host: 'h',
      target: '/a%3Ab?q=%2f#f',
      secrets: [{ id: READ, where: 'head' }],
    };
    expect(requestsOf([arrival as never])).toEqual([
      { method: 'GET', host: 'h', path: '/a:b', secrets: [READ] },
    ]);
    expect(decodedPath('/%zz?q')).toBe('/%zz');
  });
});

describe('LOG-1 what was refused is accounted for', () => {
  const refusal = { action: 'reject', status_code: 403, host: 'mark.example.net' };
  test.each([
    ['one line', [line(refusal, { rejected_by: 'allowlist' })], undefined],
    ['no line', [line({})], /mark: refused, and not in the audit log/],
    [
      'two lines',
      [line(refusal, { rejected_by: 'a' }), line(refusal, { rejected_by: 'a' })],
      /mark: 2 lines/,
    ],
    ['allowed', [line({ path: '/mark' })], /written down as allow, 200, by undefined/],
    ['nothing of what refused it', [line(refusal)], /by undefined/],
  ])('%s', (_, written, fault) => {
    const found = refusalFault(['mark'], auditLines(written));
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });

  test('no refusal accounts for nothing', () => {
    expect(refusalFault([], [])).toBe('no refusal to account for');
  });
});

test.each([
  ['its own place', [{ id: 'key', place: '/etc/key' }], undefined],
  ['a place beside it', [{ id: 'key', place: '/etc/key.old' }], 'key lies in /etc/key.old'],
  ['no place of its own', [{ id: READ, place: '/etc/key' }], `${READ} lies in /etc/key`],
  ['a name of every object', [{ id: 'toString', place: '/etc/key' }], 'toString lies in /etc/key'],
])('SEC-1 a value in %s', (_, found, fault) => {
  expect(strayFault(found, { key: /^\/etc\/key$/ })).toBe(fault);
});

describe('a value is found', () => {
  const directory = temporary();
  const VALUE = 'not-a-real/key+1';
  const found = () => search({ directories: [directory], processes: [], values: { secret: VALUE } }).found;

  test.each([
    ['as it is', VALUE],
    ['percent-encoded', encodeURIComponent(VALUE)],
    ...['', 'B', 'Be'].map((before) => [
      `in base64 behind ${before.length} bytes`,
      Buffer.from(`${before}${VALUE} and more`).toString('base64'),
    ]),
    ['in base64 for addresses', Buffer.from(`?>${VALUE}`).toString('base64url')],
  ])('%s', (_, text) => {
    const place = join(directory, 'deep', 'file');
    mkdirSync(join(directory, 'deep'), { recursive: true });
    writeFileSync(place, `\0binary\0${text}\0`);
    symlinkSync(place, join(directory, 'link'));
    expect(found()).toEqual([{ id: 'secret', place }]);
    rmSync(join(directory, 'link'));
    writeFileSync(place, text.slice(1, -1).slice(0, 8));
    expect(found()).toEqual([]);
  });

  test('wherever base64 cuts it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5 }),
        fc.uint8Array({ maxLength: 5 }),
        fc.string({ minLength: 4 }),
        (before, after, value) => {
          const text = Buffer.concat([before, Buffer.from(value), after]).toString('base64');
          expect(formsOf(value).some((form) => text.includes(form))).toBe(true);
        },
      ),
    );
  });

  test.each(['cmdline', 'environ'])('in the %s of a process', async (where) => {
    const words = where === 'cmdline' ? ['-', VALUE] : ['-'];
    const env = where === 'environ' ? { SECRET: VALUE } : {};
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'ignore', 'ignore'], env });
    await once(child, 'spawn');
    try {
      const places = search({
        directories: [],
        processes: [child.pid ?? 0],
        values: { secret: VALUE },
      }).found;
      expect(places).toEqual([{ id: 'secret', place: `/proc/${child.pid}/${where}` }]);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
});

test('a log is read from where it ended last, whole lines alone', () => {
  const directory = temporary();
  const file = join(directory, 'log');
  writeFileSync(file, 'a\nb\nhalf');
  const first = lines({ file, from: 0 });
  appendFileSync(file, ' of it\nc\n');
  const second = lines({ file, from: first.end });
  expect([first.lines, second.lines]).toEqual([
    ['a', 'b'],
    ['half of it', 'c'],
  ]);
});

test('each record check must fail in a weakened copy that runs beside the shipped network', () => {
  for (const { mustFailIn } of RECORD_CHECKS) {
    expect([...new Set(mustFailIn.map((id) => PROXY_VARIANTS[id].network))]).toEqual(['shipped']);
  }
});
