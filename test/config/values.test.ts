import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Check } from '../../lib/config/finding';
import { checkDuration, parseDuration } from '../../lib/config/values/duration';
import { checkFormatter, parseFormatter, renderFormatter } from '../../lib/config/values/formatter';
import { checkHeaderName } from '../../lib/config/values/header-name';
import { checkHost } from '../../lib/config/values/host-name';
import { checkMethod } from '../../lib/config/values/http-method';
import { checkInstanceType } from '../../lib/config/values/instance-type';
import { checkResolver, checkVpcCidr } from '../../lib/config/values/ipv4';
import { checkMailAddress } from '../../lib/config/values/mail-address';
import { checkMirror, parseMirror } from '../../lib/config/values/mirror-url';
import { checkAgentName } from '../../lib/config/values/names';
import { checkOwnParameter, checkParameterName } from '../../lib/config/values/parameter-name';
import { checkPath } from '../../lib/config/values/path-pattern';
import { checkRegion, checkZone } from '../../lib/config/values/region';
import { hostsOverlap, tenantSegments } from '../../lib/config/values/shared-hosts';

interface Values {
  readonly good: string[];
  readonly bad: string[];
  readonly says?: Record<string, string>;
}
const WRITTEN: Record<string, Values> = parse(
  readFileSync(join(__dirname, '../fixtures/config/values.yaml'), 'utf8'),
);
const CHECKS: Record<string, Check> = {
  'a host': checkHost,
  'a path pattern': checkPath,
  'a formatter': checkFormatter,
  'a duration': checkDuration,
  'an instance type': checkInstanceType,
  'a VPC block': checkVpcCidr,
  'a resolver': checkResolver,
  'a header': checkHeaderName,
  'a parameter': checkParameterName,
  'a mirror': checkMirror,
  'a mail address': checkMailAddress,
  'a region': checkRegion,
  'an agent': checkAgentName,
  'a method': checkMethod,
};
/** Values to refuse for their length. */
const LONG: Record<string, string[]> = {
  'a path pattern': [`/[${'a-'.repeat(400)}`, `/${'a'.repeat(1024)}`],
  'a formatter': [`${'x'.repeat(300)}{{ .Value }}`],
  'a parameter': [`/a/${'b'.repeat(1011)}`],
};

const TABLE = Object.fromEntries(
  Object.entries(CHECKS).map(([what, check]) => {
    const { good, bad, says = {} } = WRITTEN[what] ?? { good: [], bad: [] };
    return [what, { check, good, bad: [...bad, ...(LONG[what] ?? [])], says: Object.entries(says) }];
  }),
);

test('each check has values that it takes and values that it refuses', () => {
  expect(Object.keys(WRITTEN)).toEqual(Object.keys(CHECKS));
});

describe.each(Object.entries(TABLE))('%s', (_what, { check, good, bad, says }) => {
  test.each(good)('may be %j', (value) => {
    expect(value).toMatch(check.pattern ?? '');
    expect(check(value)).toBeUndefined();
  });

  test.each(bad)('may not be %j, and the finding says what to do', (value) => {
    const finding = check(value);
    expect(finding?.message).toMatch(/\w/);
    expect(finding?.fix).toMatch(/\w/);
  });

  test.each(says)('may not be %j: %s', (value, sentence) => {
    const { message, fix } = check(value) ?? {};
    expect(`${message}: ${fix}`).toBe(sentence);
  });
});

describe('what values mean', () => {
  test.each([
    ['15m', 900],
    ['1h30m', 5400],
    ['24h', 86_400],
    ['1h0m1s', 3601],
    ['soon', undefined],
  ])('%s is %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    ['{{ .Value }}', 'key'],
    ['Bearer {{.Value}}', 'Bearer key'],
    ['Basic {{ base64 "user:" .Value }}', 'Basic dXNlcjprZXk='],
    ['{{ base64 .Value }}-{{ .Value }}', 'a2V5-key'],
  ])('%s renders as Go would', (template, expected) => {
    const parsed = parseFormatter(template);
    expect(parsed.ok && renderFormatter(parsed.parts, 'key')).toBe(expected);
  });

  test('a mirror is a host and the path below which it lies', () => {
    const parsed = parseMirror('https://mirror.example.com/debian/');
    expect(parsed).toEqual({ host: 'mirror.example.com', path: '/debian' });
    expect(parseMirror('https://npm.example.com')).toEqual({ host: 'npm.example.com', path: '' });
  });

  test.each([
    ['us-east-1a', 'us-east-1', true],
    ['us-east-1a', 'us-east-2', false],
    ['us-east-1', 'us-east-1', false],
    ['use1-az1', 'us-east-1', false],
    ['us-east-10a', 'us-east-1', false],
  ])('zone %s of %s: %s', (zone, region, isOfIt) => {
    expect(checkZone(zone, region) === undefined).toBe(isOfIt);
  });

  test.each([
    ['/airlock/scout/key', true],
    ['/airlock/scout/deeper/key', true],
    ['/airlock/scout/boxes', true],
    ['/airlock/scout/box', false],
    ['/airlock/scout/Policy/1', false],
    ['/airlock/scout/ca/certificate', false],
    ['/airlock/scouting/key', false],
    ['/airlock/key', false],
    ['/other/scout/key', false],
  ])('IAM-2 parameter %s belongs to scout: %s', (name, isIts) => {
    expect(checkOwnParameter(name, 'airlock', 'scout') === undefined).toBe(isIts);
  });
});

describe('POL-1 hosts that many tenants share', () => {
  const shared = [
    ...['github.com', 'api.github.com', 'gist.github.com', 'raw.githubusercontent.com', 'gitlab.com'],
    ...['bitbucket.org', 'bucket.s3.us-east-1.amazonaws.com', 'sqs.us-east-1.amazonaws.com', 'slack.com'],
    ...['storage.googleapis.com', 'x.blob.core.windows.net', 'x.azurewebsites.net', 'd111.cloudfront.net'],
    ...[
      'x.workers.dev',
      'huggingface.co',
      'discord.com',
      'api.telegram.org',
      '*.github.com',
      '*.telegram.org',
    ],
    ...[
      'pastebin.com',
      'webhook.site',
      'x.myshopify.com',
      'github.io',
      '*.x.github.io',
      'gmail.googleapis.com',
    ],
  ];
  test.each(shared)('%s is one', (host) => {
    expect(tenantSegments(host)).toBeGreaterThan(0);
  });

  const owned = [
    'api.anthropic.com',
    'api.openai.com',
    'example.com',
    'notgithub.com',
    'github.com.example.com',
  ];
  test.each(owned)('%s is none', (host) => {
    expect(tenantSegments(host)).toBeUndefined();
  });

  test.each([
    ['*.example.com', 'example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', '*.b.example.com', true],
    ['*.example.com', 'anexample.com', false],
    ['a.example.com', 'b.example.com', false],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect([hostsOverlap(a, b), hostsOverlap(b, a)]).toEqual([expected, expected]);
  });
});

describe('checks never throw, whatever the text', () => {
  test.each(Object.entries(TABLE))('%s', (_what, { check }) => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w/*.[\]{}:@%-]*$/));
    const answers = fc.property(texts, (text) => {
      const finding = check(text);
      expect(finding === undefined || (finding.message.length > 0 && finding.fix.length > 0)).toBe(true);
      if (!finding && check.pattern) expect(text).toMatch(check.pattern);
    });
    fc.assert(answers, { numRuns: 80 });
  });
});
