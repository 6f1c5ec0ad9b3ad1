import { parse } from 'yaml';
import { DOCUMENTATION_RANGES } from '../../constructs/address/special-ranges';
import { REFUSED_HEADERS } from '../../lib/policy';
import { NEVER_DIALLED } from '../../lib/policy/document/never-dialled';
import { readBundle } from '../../lib/policy/document/read';
import { render } from '../../lib/warden/render';
import { textIn } from '../../lib/warden/slot';
import {
  bundleText,
  type Document,
  gateFor,
  PREFIX,
  READ,
  READ_PARAMETER,
  soundAirlock,
  soundConfig,
  WRITE,
  WRITE_PARAMETER,
} from './support/policy';

const read = (text: string) => readBundle(text, 'scout', PREFIX);
const bundleOf = (text = bundleText()) => {
  const result = read(text);
  if (!result.ok) throw new Error(result.problem);
  return result.bundle;
};

describe('a policy bundle', () => {
  test('that is sound is accepted', () => {
    expect(read(bundleText())).toMatchObject({ ok: true });
  });

  test('may allow nothing at all', () => {
    const config = soundConfig();
    config.transforms = [
      config.transforms[0],
      { name: 'allowlist', config: { rules: [] } },
      config.transforms[2],
    ];
    const { front } = soundAirlock().airlock;
    const airlock = { airlock: { format: 1, agent: 'scout', front, secrets: [], shut: [] } };
    expect(read(bundleText(config, airlock))).toMatchObject({ ok: true });
  });

  test('may sign requests with the role of the box', () => {
    const config = soundConfig();
    const services = { allowed_services: ['bedrock'], allowed_regions: ['us-east-1'], rules: [READ] };
    const credentials_provider = { type: 'workload_identity' };
    config.transforms.push({ name: 'aws_auth', config: { credentials_provider, ...services } });
    expect(read(bundleText(config))).toMatchObject({ ok: true });
  });

  type Spoil = (c: Document, airlock: Document) => unknown;
  const secret = (c: Document) => c.transforms[3].config.secrets[0];
  const allowed = (c: Document) => c.transforms[1].config.rules;
  const upstream = (c: Document) => c.proxy.upstream_proxy;
  const headers = (c: Document) => c.transforms[2].config.headers;
  const refused: readonly [string, Spoil, RegExp][] = [
    ['warn in the allowlist', (c) => (c.transforms[1].config.warn = true), /warn is not allowed/],
    ['warn: false, which somebody may turn round', (c) => (c.transforms[1].config.warn = false), /warn/],
    ['domains beside rules', (c) => (c.transforms[1].config.domains = ['*']), /domains/],
    ['a rule for every host', (c) => allowed(c).push({ host: '*' }), /host/],
    ['a rule for a whole top-level domain', (c) => allowed(c).push({ host: '*.com' }), /host/],
    ['a rule for an address', (c) => allowed(c).push({ host: '169.254.169.254' }), /host/],
    ['a rule by range', (c) => allowed(c).push({ cidr: '0.0.0.0/0' }), /cidr|host/],
    ['no gate', (c) => c.transforms.shift(), /one gate/],
    ['another gate', (c) => (c.transforms[0].config.target = 'unix:///tmp/other.sock'), /target/],
    ['two gates', (c) => c.transforms.push(c.transforms[0]), /one gate/],
    ['a gate after the allowlist', (c) => c.transforms.splice(1, 0, c.transforms.shift()), /one gate/],
    ['no allowlist', (c) => c.transforms.splice(1, 1), /one allowlist/],
    [
      'two allowlists',
      (c) => c.transforms.push({ name: 'allowlist', config: { rules: [] } }),
      /one allowlist/,
    ],
    ['a secret before the allowlist', (c) => c.transforms.splice(1, 0, c.transforms.pop()), /one allowlist/],
    ['no transforms', (c) => (c.transforms = []), /one gate/],
    ['another transform', (c) => c.transforms.push({ name: 'body_capture', config: {} }), /transforms/],
    ['a DNS server of its own', (c) => (c.dns.enabled = true), /dns\.enabled/],
    [
      'names that are looked up outside',
      (c) => (c.dns.passthrough = ['*']),
      /dns: passthrough is not allowed/,
    ],
    ['metrics for everybody', (c) => (c.metrics.listen = ':9090'), /metrics\.listen/],
    ['metrics at their default, which is everybody', (c) => delete c.metrics, /metrics/],
    ['management', (c) => (c.management = { listen: '127.0.0.1:9092' }), /management/],
    ['plaintext upstream', (c) => delete c.proxy.upstream_proxy, /upstream_proxy/],
    ['plaintext through somebody', (c) => (upstream(c).http_proxy = 'http://192.0.2.1:9'), /plaintext/],
    [
      'plaintext through an open port',
      (c) => (upstream(c).http_proxy = 'http://127.0.0.1:8080'),
      /plaintext/,
    ],
    ['hosts that escape it', (c) => (upstream(c).no_proxy = '*'), /no_proxy/],
    [
      'everything through somebody',
      (c) => (upstream(c).https_proxy = 'http://192.0.2.1:3128'),
      /https_proxy/,
    ],
    ['no deny list', (c) => delete c.proxy.upstream_deny_cidrs, /upstream_deny_cidrs/],
    ['an empty deny list', (c) => (c.proxy.upstream_deny_cidrs = []), /must cover/],
    ...Object.keys(NEVER_DIALLED)
      .filter((cidr) => !(cidr in DOCUMENTATION_RANGES))
      .map((cidr: string): [string, Spoil, RegExp] => [
        `a deny list without ${cidr}`,
        (c) =>
          (c.proxy.upstream_deny_cidrs = c.proxy.upstream_deny_cidrs.filter((one: string) => one !== cidr)),
        /must cover/,
      ]),
    [
      'a deny list with half of a range',
      (c) => (c.proxy.upstream_deny_cidrs[1] = '10.0.0.0/9'),
      /must cover/,
    ],
    [
      'exceptions from it',
      (c) => (c.proxy.upstream_private_exceptions = { x: ['10.0.0.0/8'] }),
      /upstream_private_exceptions/,
    ],
    [
      'a tunnel',
      (c) => c.transforms[1].config.rules.push({ host: 'api.github.com', methods: ['CONNECT'] }),
      /not CONNECT/,
    ],
    ['an open port for TLS', (c) => (c.proxy.https_listen = ':443'), /proxy\.https_listen/],
    ['an open port for plaintext', (c) => (c.proxy.http_listen = ':80'), /proxy\.http_listen/],
    ["iron-proxy's own tunnels", (c) => (c.proxy.tunnel_listen = ':8080'), /tunnel_listen/],
    ['TLS passed through', (c) => (c.tls.mode = 'sni-only'), /tls\.mode/],
    ['another authority', (c) => (c.tls.ca_key = '/etc/other.key'), /tls\.ca_key/],
    ['another listener', (c) => (c.proxy.transparent_listen = ':8443'), /transparent_listen/],
    ['a database listener', (c) => (c.postgres = {}), /postgres/],
    ['a control plane', (c) => (c.control_plane = {}), /control_plane/],
    ['a log that leaves out what passes', (c) => (c.log.level = 'error'), /log\.level/],
    ['a secret that may be missing', (c) => delete secret(c).inject.require, /require/],
    ['a secret with require: false', (c) => (secret(c).inject.require = false), /require/],
    ['a secret of another agent', (c) => (secret(c).source.name = '/airlock/other/key'), /must start with/],
    ['a secret from the environment', (c) => (secret(c).source.type = 'env'), /source\.type/],
    ['a formatter without its lock', (c) => (secret(c).inject.formatter = 'Bearer {{ .Value }}'), /lock/],
    ['no formatter', (c) => delete secret(c).inject.formatter, /formatter/],
    ['every header', (c) => c.transforms.splice(2, 1), /WebSockets/],
    ['the Upgrade header', (c) => headers(c).push('upgrade'), /WebSockets/],
    ...REFUSED_HEADERS.map((name): [string, Spoil, RegExp] => [
      `the header ${name}, in another case`,
      (c) => headers(c).push(name.toUpperCase()),
      /header_allowlist/,
    ]),
    ['a pattern for it', (c) => headers(c).push('/^up/'), /WebSockets/],
    ['a pattern that is none', (c) => headers(c).push('/(/'), /WebSockets/],
    ['a secret without rules', (c) => (secret(c).rules = []), /rules/],
    ['a secret without a place', (c) => delete secret(c).inject.header, /one place/],
    ['a secret in two places', (c) => (secret(c).inject.query_param = 'key'), /one place/],
    ['a secret without a source', (c) => delete secret(c).source.name, /source\.name/],
    ['a time that is no duration', (c) => (secret(c).source.ttl = '900'), /source\.ttl/],
    ['no time at all', (c) => (c.proxy.upstream_response_header_timeout = '0s'), /timeout/],
    ['a misspelt setting of a rule', (c) => (allowed(c)[0].metods = ['GET']), /metods/],
    ['a path without its slash', (c) => (allowed(c)[0].paths = ['v1']), /paths/],
    ['a header list without headers', (c) => headers(c).splice(0), /headers/],
    ['a rule without a host', (c) => delete allowed(c)[0].host, /host/],
    ['a secret nobody declared', (_, { airlock: a }) => a.secrets.shift(), /isn't declared/],
    [
      'a declared rule that the allowlist has in other words',
      (_, { airlock: a }) => (a.secrets[0].rules[0].paths = ['/repos/*']),
      /same words/,
    ],
    ['a declared secret without rules', (_, { airlock: a }) => (a.secrets[0].rules = []), /rules/],
    [
      'a declared parameter of another agent',
      (_, { airlock: a }) => (a.secrets[0].parameter = '/airlock/other/key'),
      /outside/,
    ],
    ['a high-risk rule in force', (_, { airlock: a }) => a.shut.push({ id: 'x', ...READ }), /high-risk/],
    ['another format', (_, { airlock: a }) => (a.format = 2), /format/],
  ];

  test.each(refused)('is refused with %s', (_, spoil, words) => {
    const [config, airlock] = [soundConfig(), soundAirlock()];
    spoil(config, airlock);
    const result = read(bundleText(config, airlock));
    expect(result).toEqual({ ok: false, problem: expect.stringMatching(words) });
  });

  const BODIES = { 'rule-1': { limit: 1024, json: { name: 'text' } } };
  const question = (rules: unknown) => ({
    name: 'grpc',
    config: {
      name: 'gate-bodies',
      target: 'unix:///run/airlock-gate/bodies.sock',
      send_request_body: true,
      rules,
    },
  });
  const judging = (spoil: (config: Document, bodies: Document) => unknown = () => undefined) => {
    const [config, airlock] = [soundConfig(), soundAirlock()];
    config.transforms.splice(3, 0, question([WRITE]));
    const document = gateFor(config, airlock);
    document.gate.bodies = structuredClone(BODIES);
    spoil(config, document.gate.bodies);
    return bundleText(config, airlock, document);
  };

  test('may judge bodies; a rule that is not in force shows none', () => {
    const bundle = bundleOf(judging());
    expect(bundle.gate.bodies).toEqual(BODIES);
    const names = (unset: readonly string[]) =>
      parse(textOf(bundle, unset)).transforms.map(({ config }: Document) => config.name);
    expect(names([])).toContain('gate-bodies');
    expect(names([WRITE_PARAMETER])).not.toContain('gate-bodies');
  });

  test('may judge bodies of a high-risk rule, whose requests show none before a grant', () => {
    const high = (_: Document, bodies: Document) => (bodies['release-delete'] = BODIES['rule-1']);
    const bundle = bundleOf(judging(high));
    expect(Object.keys(bundle.gate.bodies ?? {})).toEqual(['rule-1', 'release-delete']);
    expect(parse(textOf(bundle, [])).transforms[3]).toEqual(question([WRITE]));
  });

  test.each<[string, (c: Document, bodies: Document) => unknown, RegExp]>([
    ['a body that nobody shows to the gate', (c) => c.transforms.splice(3, 1), /gate-bodies/],
    ['a body of another rule', (c) => (c.transforms[3].config.rules = [READ]), /gate-bodies/],
    ['a body that nobody judges', (_, bodies) => delete bodies['rule-1'], /gate-bodies/],
    ['a body of a rule that is not there', (_, bodies) => (bodies.x = BODIES['rule-1']), /not there/],
    ['bodies of every request', (c) => (c.transforms[3].config.rules = []), /rules/],
    ['a question without bodies', (c) => (c.transforms[3].config.send_request_body = false), /send_request/],
    ['another judge of bodies', (c) => (c.transforms[3].config.target = 'unix:///tmp/x.sock'), /target/],
    ['two judges', (c) => c.transforms.splice(3, 0, c.transforms[3]), /after the header lists/],
    ['secrets before the judge', (c) => c.transforms.push(c.transforms.splice(3, 1)[0]), /before any secret/],
    [
      'header lists after the judge',
      (c) => c.transforms.splice(4, 0, { ...c.transforms[2], config: { headers: ['A'], rules: [READ] } }),
      /after the header lists/,
    ],
  ])('is refused with %s', (_, spoil, words) => {
    expect(read(judging(spoil))).toEqual({ ok: false, problem: expect.stringMatching(words) });
  });

  test.each([
    ['nothing', ''],
    ['one document', 'a: 1\n'],
    ['two documents', bundleText().split('---\n').slice(0, 2).join('---\n')],
    ['four documents', `${bundleText()}---\na: 1\n`],
    ['duplicate keys', `dns: {}\ndns: {}\n---\n${bundleText().split('---\n')[1]}`],
    ['an alias', `a: &a [1]\nb: *a\n---\nc: 1\n`],
    [
      'a billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n---\nd: 1\n`,
    ],
    ['a merge key', `a: &a {warn: true}\nb: {<<: *a}\n---\nc: 1\n`],
    ['an unknown tag', `a: !!python/object x\n---\nb: 1\n`],
    ['a tab', 'a:\n\t- 1\n---\nb: 1\n'],
    ['five megabytes', `a: ${'x'.repeat(5_000_000)}\n---\nb: 1\n`],
    ['a list', '- 1\n---\n- 2\n'],
  ])('is refused when it is %s', (_, text) => {
    expect(read(text)).toMatchObject({ ok: false });
  });
});

describe('what goes to disk', () => {
  test('means the same as document 1 when every secret is set', () => {
    expect(parse(textOf(bundleOf()))).toEqual(soundConfig());
  });

  test('is JSON, ASCII, one rule a line: no reader can take it for something else', () => {
    const config = soundConfig();
    const paths = ['/\u00e9\u2028\u{1f600}'];
    config.transforms[1].config.rules.push({ host: 'www.example.com', methods: ['GET'], paths });
    const text = textOf(bundleOf(bundleText(config)));
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    expect(parse(text).transforms[1].config.rules.at(-1).paths).toEqual(paths);
    expect(text.split('\n').filter((line) => line.includes('"PATCH"')).length).toBeGreaterThan(0);
  });

  test.each([
    [WRITE_PARAMETER, WRITE, READ],
    [READ_PARAMETER, READ, WRITE],
  ])('SEC-2 holds nothing of %s while it is unset', (parameter, gone, there) => {
    const { unset } = render(bundleOf(), new Set([parameter]));
    const text = textOf(bundleOf(), [parameter]);
    const { transforms } = parse(text);
    expect(transforms[1].config.rules).not.toContainEqual(gone);
    expect(transforms[1].config.rules).toContainEqual(there);
    expect(text).not.toContain(parameter);
    expect(unset).toHaveLength(1);
  });

  test('in slot b differs in its listeners alone', () => {
    const { policy } = render(bundleOf(), new Set());
    expect(parse(textIn('b', policy))).toEqual({
      ...soundConfig(),
      proxy: { ...soundConfig().proxy, http_listen: '127.0.0.1:8481', https_listen: '127.0.0.1:8444' },
      metrics: { listen: '127.0.0.1:9091' },
    });
  });
});

/** The policy file in slot a. */
function textOf(bundle: ReturnType<typeof bundleOf>, unset: readonly string[] = []): string {
  return textIn('a', render(bundle, new Set(unset)).policy);
}
