import type { GateRule } from '../../lib/policy/gate/policy';
import { parseConstraint } from '../../lib/policy/grant/body-constraint';
import { grantText, REVOKED, readGrant, type WrittenGrant } from '../../lib/policy/grant/grant';
import { type HighRiskRule, ruleText } from '../../lib/policy/grant/high-risk';
import { isWithin } from '../../lib/policy/grant/within';

const RULE: GateRule = {
  id: 'release-delete',
  host: 'api.github.com',
  methods: ['DELETE'],
  paths: ['/repos/a/releases/*'],
  secret: 'pat',
  risk: 'high',
};
const GRANT = { format: 1, rule: ruleText(RULE), seconds: 900, because: 'a wrong tag' } as const;
const AT = Date.parse('2026-01-02T03:04:05.678Z');
const read = (written: object, rule = RULE) => readGrant(JSON.stringify(written), AT, rule);

describe('the parameter of a grant', () => {
  test('is a grant from its date on, and keeps its narrowing', () => {
    expect(read({ ...GRANT, paths: ['/repos/a/releases/7'], count: 1 })).toEqual({
      kind: 'grant',
      grant: {
        id: 'release-delete@20260102T030405Z',
        rule: 'release-delete',
        because: 'a wrong tag',
        until: AT + 900_000,
        paths: ['/repos/a/releases/7'],
        count: 1,
      },
    });
  });

  test.each<[string, object, Partial<HighRiskRule>, RegExp]>([
    ['a revoked one', REVOKED, {}, /^revoked$/],
    ['more than 8 hours', { ...GRANT, seconds: 8 * 3600 + 1 }, {}, /holds no grant/],
    ['less than a minute', { ...GRANT, seconds: 59 }, {}, /holds no grant/],
    ['half a second', { ...GRANT, seconds: 90.5 }, {}, /holds no grant/],
    ['no reason', { ...GRANT, because: '' }, {}, /holds no grant/],
    ['an unknown field', { ...GRANT, until: 1e15 }, {}, /holds no grant/],
    ['no use', { ...GRANT, count: 0 }, {}, /holds no grant/],
    ['no path', { ...GRANT, paths: [] }, {}, /holds no grant/],
    ['a path outside the rule', { ...GRANT, paths: ['/repos/b/releases/7'] }, {}, /lies outside the rule/],
    ['another host since', GRANT, { host: 'api.example.com' }, /not the one that was granted/],
    ['other methods since', GRANT, { methods: ['DELETE', 'POST'] }, /not the one that was granted/],
    ['other paths since', GRANT, { paths: ['/*'] }, /not the one that was granted/],
    ['another secret since', GRANT, { secret: 'other' }, /not the one that was granted/],
    ['other caps since', GRANT, { caps: { requests: { hour: 1 } } }, /not the one that was granted/],
    ['another rule', GRANT, { id: 'other' }, /not the one that was granted/],
    ['another body since', GRANT, { body: 'a digest' }, /not the one that was granted/],
    ['a signature since', GRANT, { awsAuth: { service: 's', region: 'r' } }, /not the one that was granted/],
    ['a kept header since', GRANT, { keepHeaders: ['Cookie'] }, /not the one that was granted/],
    ['no field', { ...GRANT, body: [] }, {}, /holds no grant/],
    [
      'a field and a field of it',
      {
        ...GRANT,
        body: [
          { field: 'a', equals: 1 },
          { field: 'a.b', equals: 1 },
        ],
      },
      {},
      /holds no grant/,
    ],
    ['a list as a value', { ...GRANT, body: [{ field: 'a', equals: [1] }] }, {}, /holds no grant/],
    ['items of a list', { ...GRANT, body: [{ field: 'a[]', equals: 1 }] }, {}, /holds no grant/],
  ])('is none with %s', (_, written, more, why) => {
    expect(read(written, { ...RULE, ...more })).toEqual({ kind: 'none', why: expect.stringMatching(why) });
  });

  test.each(['', '{', 'null', '[]', '"x"', JSON.stringify({ grant: GRANT })])(
    'is none when it says %j',
    (text) => {
      expect(readGrant(text, AT, RULE).kind).toBe('none');
    },
  );

  test('is text that Parameter Store takes: ASCII without double braces', () => {
    const because = '{{ssm:x}} }}}} {{{{ é\u202e\n"';
    const text = grantText({ ...GRANT, because }) as string;
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).not.toMatch(/\{\{|\}\}/);
    expect(readGrant(text, AT, RULE)).toMatchObject({ grant: { because } });
    const long = { ...GRANT, paths: Array.from({ length: 8 }, () => `/${'a'.repeat(600)}`) } as WrittenGrant;
    expect(grantText(long)).toBeUndefined();
  });
});

test.each([
  ['draft=true', { field: 'draft', equals: true }],
  ['a.b=1', { field: 'a.b', equals: 1 }],
  ['tag="1"', { field: 'tag', equals: '1' }],
  ['tag=v1=2', { field: 'tag', equals: 'v1=2' }],
  ['tag=', { field: 'tag', equals: '' }],
  ['__proto__=[1]', { field: '__proto__', equals: '[1]' }],
  ['tag', undefined],
  ['=1', undefined],
  ['a..b=1', undefined],
  ['a[]=1', undefined],
])('--body %s', (text, constraint) => {
  expect(parseConstraint(text)).toEqual(constraint);
});

test.each<[string, readonly string[], boolean]>([
  ['/repos/a/releases/7', ['/repos/a/releases/*'], true],
  ['/repos/a/releases', ['/repos/a/releases/*'], true],
  ['/repos/a/releases/*', ['/repos/a/releases/*'], true],
  ['/repos/a/releases/7/*', ['/repos/a/releases/*'], true],
  ['/repos/a/releases/7/assets', ['/x', '/repos/a/releases/*'], true],
  ['/repos/a/b', ['/repos/*/b'], true],
  ['/repos/*', ['/repos/a/releases/*'], false],
  ['/repos/a/releases-x/*', ['/repos/a/releases/*'], false],
  ['/repos/a/b/*', ['/repos/*/b'], false],
  ['/repos/a/b/*', ['/repos/*/*'], false],
  ['/*', ['/a'], false],
  ['/any/*', [], true],
  ['/a/*/b', [], false],
  ['/a?', [], false],
  ['/[a]', [], false],
  ['/a\\*', [], false],
  ['/é', [], false],
  ['/a b', [], false],
  ['a', [], false],
  ['', [], false],
])('a grant for %j lies within a rule with the paths %j: %j', (path, rule, expected) => {
  expect(isWithin(path, rule)).toBe(expected);
});
