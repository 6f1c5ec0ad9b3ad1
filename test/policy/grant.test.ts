import type { GateRule } from '../../lib/policy/gate/policy';
import { grantText, REVOKED, readGrant, ruleText, type WrittenGrant } from '../../lib/policy/grant/grant';
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

  test.each<[string, object, Partial<GateRule>, RegExp]>([
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
    ['a rule that none can open', GRANT, { notGrantable: 'body' }, /can't open a rule with body yet/],
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
