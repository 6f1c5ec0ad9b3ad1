import fc from 'fast-check';
import type { Check } from '../../lib/config/finding';
import { checkDuration, parseDuration } from '../../lib/config/values/duration';
import { checkFormatter, parseFormatter, renderFormatter } from '../../lib/config/values/formatter';
import { checkHeaderName } from '../../lib/config/values/header-name';
import { checkHost } from '../../lib/config/values/host-name';
import { checkInstanceType } from '../../lib/config/values/instance-type';
import { checkResolver, checkVpcCidr } from '../../lib/config/values/ipv4';
import { checkMailAddress } from '../../lib/config/values/mail-address';
import { checkMirror, parseMirror } from '../../lib/config/values/mirror-url';
import { checkAgentName } from '../../lib/config/values/names';
import { checkOwnParameter, checkParameterName } from '../../lib/config/values/parameter-name';
import { checkPath } from '../../lib/config/values/path-pattern';
import { checkRegion, checkZone } from '../../lib/config/values/region';
import { hostsOverlap, tenantSegments } from '../../lib/config/values/shared-hosts';

/** Values that a check takes, and values that it refuses. */
const TABLE: Record<string, { check: Check; good: string[]; bad: string[] }> = {
  'a host': {
    check: checkHost,
    good: [
      'api.example.com',
      '*.example.com',
      'xn--bcher-kva.example',
      'a.b.c.d.example.com',
      '1password.com',
      'example.co.uk',
      '*.example.co.uk',
      '*.ac.de',
    ],
    bad: [
      '',
      '*',
      '*.com',
      '*.co.uk',
      '*.com.au',
      '*.chiyoda.tokyo.jp',
      '*.kawasaki.jp',
      '**.example.com',
      '*x.example.com',
      'x.*',
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '::1',
      'localhost',
      'a.localhost',
      'x.internal',
      'instance-data',
      'example.com:443',
      'https://example.com',
      'example.com/x',
      'example.com.',
      'Example.com',
      'a_b.example.com',
      '-a.example.com',
      'a-.example.com',
      'a..example.com',
      '.example.com',
      `${'a'.repeat(64)}.example.com`,
      'a b.example.com',
      'a?.example.com',
      '[a-z].example.com',
      'exämple.com',
      'x.onion',
      '1.0.0.127.in-addr.arpa',
      '*.',
      '*.localhost',
    ],
  },
  'a path pattern': {
    check: checkPath,
    good: [
      '/',
      '/*',
      '/v1/*',
      '/v1/items',
      '/repos/*/issues',
      '/v[12]/x',
      '/file-[a-f0-9].json',
      '/a b',
      '/ü',
      '/@scope/pkg',
      '/model/a.b-c:0/invoke',
      '/x/',
      '/a*b',
      '/[*]',
      '/.well-known/x',
      '/...',
      '/file[.]*',
      '/$metadata',
      '/c++/x',
      '/v1/models:generate',
      "/Users('id')",
    ],
    bad: [
      '',
      'v1',
      '*',
      '/**',
      '/a/**',
      '/./a',
      '/a/..',
      '/a/../b',
      '//',
      '/a//b',
      '/a?b',
      '/a#b',
      '/a%20b',
      '/a\\*',
      '/[',
      '/[]',
      '/[a',
      '/a]',
      '/[^a]',
      '/[-a]',
      `/[${'a-'.repeat(400)}`,
      '/v1/.*',
      '/v1/.+',
      '/v1/\\d',
      '^/v1',
      '/v1$',
      '/(a|b)',
      '/(?:a)',
      '/[0-9]+',
      '/[0-9]{2}',
      '/{owner}/x',
      '/users/:id',
      '/[/]',
      '/[a-z]/*',
      '/*/x/*',
      '/a\nb',
      '/a\u2028b',
      `/${'a'.repeat(1024)}`,
    ],
  },
  'a formatter': {
    check: checkFormatter,
    good: [
      '{{ .Value }}',
      '{{.Value}}',
      'Bearer {{ .Value }}',
      'Basic {{ base64 .Value }}',
      'Basic {{ base64 "user:" .Value }}',
      '{{ base64 .Value ":" .Value }}',
      '{{ .Value }}{{ .Value }}',
      '{ {{ .Value }} }',
    ],
    bad: [
      '',
      'Bearer',
      '{{ .value }}',
      '{{ . }}',
      '{{ .Value | html }}',
      '{{ html .Value }}',
      '{{- .Value }}',
      '{{ .Value -}}',
      '{{ .Value',
      '.Value }}',
      '{{ base64 }}',
      '{{ base64 "x" }}',
      '{{ base64 "a\\"" .Value }}',
      '{{ base64 `a` .Value }}',
      '{{ "x" }}',
      '{{ .Value }}\n',
      'ü{{ .Value }}',
      '{{ if .Value }}x{{ end }}',
      '{{/* x */}}{{ .Value }}',
      '{{ base64 (.Value) }}',
      '{{{ .Value }}}',
      `${'x'.repeat(300)}{{ .Value }}`,
    ],
  },
  'a duration': {
    check: checkDuration,
    good: ['1m', '60s', '15m', '1h30m', '24h', '1h0m1s', '86400s'],
    bad: [
      '',
      '0',
      '15',
      '15 m',
      '-15m',
      '1d',
      '30s',
      '59s',
      '24h1s',
      '1m1h',
      '1.5h',
      '15M',
      '9999999999h',
      'm',
    ],
  },
  'an instance type': {
    check: checkInstanceType,
    good: [
      't4g.nano',
      't4g.large',
      'm6g.medium',
      'm7gd.2xlarge',
      'c7gn.16xlarge',
      'c8g.metal-48xl',
      'r8gb.4xlarge',
      'x2gd.large',
      'im4gn.xlarge',
      'is4gen.large',
      'i4g.large',
      'i8ge.large',
      'g5g.xlarge',
      'hpc7g.16xlarge',
      'm6g.metal',
    ],
    bad: [
      't3.large',
      't3a.large',
      'm7i.large',
      'm7i-flex.large',
      'm7a.large',
      'g4dn.xlarge',
      'g5.xlarge',
      'gr6.4xlarge',
      'a1.large',
      'mac2.metal',
      'p4d.24xlarge',
      't4g',
      't4g.',
      't4g.huge',
      'T4G.large',
      'large',
      '',
    ],
  },
  'a VPC block': {
    check: checkVpcCidr,
    good: ['10.0.0.0/16', '10.64.0.0/20', '172.31.255.0/24', '192.168.0.0/16'],
    bad: [
      '10.0.0.0/8',
      '10.0.0.0/15',
      '10.0.0.0/25',
      '172.32.0.0/16',
      '11.0.0.0/16',
      '10.0.0.1/24',
      '10.0.0.0/16/',
      '10.0.0.0/016',
      '010.0.0.0/16',
      '10.0.0.256/24',
      '10.0.0/16',
      'fd00::/8',
      '192.168.0.0/15',
    ],
  },
  'a resolver': {
    check: checkResolver,
    good: ['9.9.9.9', '1.1.1.1', '8.8.4.4', '223.5.5.5'],
    bad: [
      '10.0.0.2',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.253',
      '127.0.0.53',
      '100.64.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.7',
      '203.0.113.7',
      '224.0.0.1',
      '255.255.255.255',
      '0.0.0.0',
      '1.1.1',
      '::1',
      'one.one.one.one',
    ],
  },
  'a header': {
    check: checkHeaderName,
    good: ['Authorization', 'X-Api-Key', 'x-api-key', 'PRIVATE-TOKEN', 'Cookie', "a!#$%&'*+.^_`|~0"],
    bad: [
      '',
      'X Key',
      'X-Key:',
      'X-Kéy',
      'Host',
      'HOST',
      'content-length',
      'Transfer-Encoding',
      'Connection',
      'TE',
      'Upgrade',
      'Proxy-Authorization',
      ':authority',
      'X\r\nY',
    ],
  },
  'a parameter': {
    check: checkParameterName,
    good: ['/airlock/scout/key', '/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o', '/a/b.c_d-e'],
    bad: [
      '',
      'key',
      'airlock/scout/key',
      '/airlock//key',
      '/airlock/key/',
      '/a/b c',
      '/a/b:c',
      `/a/${'b'.repeat(1011)}`,
      '/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p',
      '/a/{{b}}',
    ],
  },
  'a mirror': {
    check: checkMirror,
    good: [
      'https://mirror.example.com',
      'https://mirror.example.com/',
      'https://mirror.example.com/debian',
      'https://mirror.example.com/a/b-c_d.e/',
    ],
    bad: [
      'http://mirror.example.com',
      'mirror.example.com',
      'https://',
      'https:///x',
      'https://localhost/x',
      'https://10.0.0.1/x',
      'https://mirror.example.com:443',
      'https://u@mirror.example.com',
      'https://mirror.example.com?x',
      'https://mirror.example.com#x',
      'https://mirror.example.com/a//b',
      'https://mirror.example.com/../x',
      'https://mirror.example.com/a b',
      'https://mirror.example.com/%61',
      'https://*.example.com/x',
      'HTTPS://mirror.example.com',
      'https://Mirror.example.com',
      'https://mirror.example.com/${x}',
    ],
  },
  'a mail address': {
    check: checkMailAddress,
    good: ['a@example.com', 'first.last+tag@mail.example.co.uk'],
    bad: [
      '',
      'a',
      'a@',
      '@example.com',
      'a@example',
      'a b@example.com',
      'A <a@example.com>',
      'a@example.com, b@example.com',
      'a@example.com\nBcc: b@example.com',
      'a@@example.com',
      'a@127.0.0.1',
    ],
  },
  'a region': {
    check: checkRegion,
    good: ['us-east-1', 'eu-central-2', 'ap-southeast-5', 'mx-central-1'],
    bad: [
      'us-gov-west-1',
      'cn-north-1',
      'eusc-de-east-1',
      'us-iso-east-1',
      'me-south-1',
      '',
      'us-east',
      'us-east-1a',
      'US-EAST-1',
      'useast1',
      'us-east-1 ',
      'local',
      'us-east-1.evil.example',
    ],
  },
  'an agent': {
    check: checkAgentName,
    good: ['scout', 'a', 'scout-2', 'a1-b2-c3'],
    bad: [
      '',
      'Scout',
      'scout_2',
      '2scout',
      '-scout',
      'scout-',
      'a--b',
      'box',
      'policy',
      'software',
      'ca',
      'a'.repeat(25),
      'scout/x',
      'scöut',
    ],
  },
};

describe.each(Object.entries(TABLE))('%s', (_what, { check, good, bad }) => {
  test.each(good)('may be %j', (value) => {
    expect(value).toMatch(check.pattern ?? '');
    expect(check(value)).toBeUndefined();
  });

  test.each(bad)('may not be %j, and the finding says what to do', (value) => {
    const finding = check(value);
    expect(finding?.message).toMatch(/\w/);
    expect(finding?.fix).toMatch(/\w/);
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
    expect(parseMirror('https://mirror.example.com/debian/')).toEqual({
      host: 'mirror.example.com',
      path: '/debian',
    });
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
    ...[
      'github.com',
      'api.github.com',
      'gist.github.com',
      'raw.githubusercontent.com',
      'gitlab.com',
      'bitbucket.org',
    ],
    ...[
      'bucket.s3.us-east-1.amazonaws.com',
      'sqs.us-east-1.amazonaws.com',
      'storage.googleapis.com',
      'x.blob.core.windows.net',
    ],
    ...[
      'x.azurewebsites.net',
      'd111.cloudfront.net',
      'x.workers.dev',
      'huggingface.co',
      'slack.com',
      'discord.com',
    ],
    ...['api.telegram.org', '*.github.com', '*.telegram.org', 'pastebin.com', 'webhook.site'],
    ...['x.myshopify.com', 'github.io', '*.x.github.io', 'gmail.googleapis.com'],
  ];
  test.each(shared)('%s is one', (host) => {
    expect(tenantSegments(host)).toBeGreaterThan(0);
  });

  test.each([
    'api.anthropic.com',
    'api.openai.com',
    'example.com',
    'notgithub.com',
    'github.com.example.com',
  ])('%s is none', (host) => {
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
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w/*.[\]{}:@%-]*$/)),
        (text) => {
          const finding = check(text);
          expect(finding === undefined || (finding.message.length > 0 && finding.fix.length > 0)).toBe(true);
          if (!finding && check.pattern) expect(text).toMatch(check.pattern);
        },
      ),
      { numRuns: 80 },
    );
  });
});
