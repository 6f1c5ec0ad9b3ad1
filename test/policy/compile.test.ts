import { Buffer } from 'node:buffer';
import type { EgressRule } from '../../lib/config/model';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import type { BodyRule } from '../../lib/config/values/body-rule';
import { compilePolicy } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { agentFor, decisions } from './fixture';
import {
  agentOf,
  airlockOf,
  configuration,
  documents,
  headerSecret,
  refusal,
  ruleOf,
  scout,
} from './support';

describe("Scout's policy", () => {
  const compiled = compilePolicy(airlockOf(), scout());
  const [proxy, warden] = documents(scout());

  test('is the same bytes for the same configuration', () => {
    expect(compilePolicy(airlockOf(), scout()).text).toBe(compiled.text);
  });

  test('keeps to the schema', () => {
    expect(refusal(proxy)).toBeUndefined();
  });

  test('keeps the high-risk rule out of force', () => {
    expect(compiled.inForce.map(({ id }) => id)).toEqual([
      'release-notes-write',
      'release-notes-read',
      'anthropic/messages',
    ]);
    expect(compiled.shut.map(({ id }) => id)).toEqual(['release-delete']);
    expect(compiled.text.split('\n---\n')[0]).not.toContain('DELETE');
    expect(warden.airlock.shut).toEqual([
      {
        id: 'release-delete',
        host: 'api.github.com',
        methods: ['DELETE'],
        paths: ['/repos/ironsh/iron-proxy/releases/*'],
        secret: 'github-write-pat',
        risk: 'high',
      },
    ]);
  });

  test('NET-6 gives plaintext nowhere to go, upgrades included', () => {
    expect(proxy.proxy.upstream_proxy).toEqual({ http_proxy: 'http://127.0.0.1:9' });
    expect(proxy.proxy.upstream_deny_cidrs).toContain('127.0.0.0/8');
    expect(proxy.transforms?.map(({ name }) => name)).toEqual([
      'grpc',
      'allowlist',
      'header_allowlist',
      'secrets',
    ]);
  });

  test('NET-7 names IMDS, loopback, link-local, private ranges, all of IPv6 and its own VPC', () => {
    const denied = configuration(scout(), airlockOf('192.0.3.0/24')).proxy.upstream_deny_cidrs;
    expect(denied).toEqual(
      expect.arrayContaining([
        '0.0.0.0/8',
        '10.0.0.0/8',
        '100.64.0.0/10',
        '127.0.0.0/8',
        '169.254.0.0/16',
        '172.16.0.0/12',
        '192.168.0.0/16',
        '198.18.0.0/15',
        '224.0.0.0/4',
        '240.0.0.0/4',
        '::/0',
        '192.0.3.0/24',
      ]),
    );
    expect(new Set(denied).size).toBe(denied?.length);
  });

  test('binds metrics to loopback, and has no management', () => {
    expect(proxy.metrics?.listen).toBe('127.0.0.1:9090');
    expect(proxy).not.toHaveProperty('management');
  });

  test('NET-3 passes no name through and answers none of its own', () => {
    expect(proxy.dns).toEqual({ enabled: false });
  });

  test('allows CONNECT nowhere: the front ends tunnels', () => {
    const allowlist = proxy.transforms?.[1];
    const rules = allowlist?.name === 'allowlist' ? (allowlist.config.rules ?? []) : [];
    expect(rules.length).toBeGreaterThan(2);
    expect(rules.filter((rule) => rule.methods?.includes('CONNECT'))).toEqual([]);
  });

  test('SEC-2 requires every secret, and locks every formatter against UNSET', () => {
    const secrets = proxy.transforms?.find(({ name }) => name === 'secrets');
    const entries = secrets?.name === 'secrets' ? secrets.config.secrets : [];
    expect(entries).toHaveLength(3);
    for (const entry of entries) {
      if (!('inject' in entry)) throw new Error('a header secret must be injected');
      expect(entry.inject?.require).toBe(true);
      expect(entry.inject?.formatter).toMatch(
        /^\{\{ if eq \.Value "UNSET" \}\}\{\{ index "" 0 \}\}\{\{ end \}\}/,
      );
      expect(entry.source).toMatchObject({ type: 'aws_ssm', ttl: '900s' });
    }
  });

  test('tells the gate the VPC, the caps and the risk of each rule', () => {
    const capped = { ...scout(), caps: { requests: { hour: 7 } } };
    const read = readBundle(
      compilePolicy(airlockOf('192.0.3.0/24'), capped).text,
      'scout',
      '/airlock/scout/',
    );
    if (!read.ok) throw new Error(read.problem);
    const { vpc, caps, rules } = read.bundle.gate;
    expect({ vpc, caps }).toEqual({ vpc: '192.0.3.0/24', caps: capped.caps });
    expect(rules.map(({ id, risk }) => `${id} ${risk}`)).toEqual([
      'release-notes-write medium',
      'release-notes-read low',
      'anthropic/messages low',
      'release-delete high',
    ]);
  });

  test('POL-1 records why a rule is wide', () => {
    const because = 'all of it is public';
    const [, { airlock }] = documents(
      agentOf([ruleOf('wide', 'a.example.com', ['GET'], ['/*'], { because })]),
    );
    expect(airlock).toMatchObject({ wide: [{ host: 'a.example.com', paths: ['/*'], because }] });
  });

  test('holds no address and no region of a machine', () => {
    expect(compiled.text).not.toMatch(/proxy_ip|region/);
  });

  test('tells warden which parameter opens which rules, in the same words', () => {
    const secrets = proxy.transforms?.find(({ name }) => name === 'secrets');
    const entries = secrets?.name === 'secrets' ? secrets.config.secrets : [];
    expect(warden.airlock.format).toBe(1);
    expect(warden.airlock.secrets.map(({ parameter, rules }) => ({ parameter, rules }))).toEqual(
      entries.map(({ source, rules }) => ({ parameter: source.name, rules })),
    );
  });
});

describe('the policy text', () => {
  test.each(Object.keys(decisions.policies))(
    'keeps to the schema for the shared policy %s, but for hosts that no configuration can name',
    (name) => {
      const { agent, vpc } = agentFor(name);
      const why = refusal(configuration(agent, airlockOf(vpc))) ?? '';
      expect(why).toMatch(['patterns', 'anywhere'].includes(name) ? /host: must be a host name/ : /^$/);
    },
  );

  test('signs for one service and region an entry, with a body limit above 1 MiB', () => {
    const sign = (service: string, region: string): Partial<EgressRule> => ({
      awsAuth: { service, region, actions: [], resources: [] },
    });
    const agent = agentOf([
      ruleOf('a', 'a.example.com', ['POST'], ['/a'], sign('bedrock', 'us-east-1')),
      ruleOf('b', 'b.example.com', ['POST'], ['/b'], sign('bedrock', 'eu-west-1')),
      ruleOf('c', 'a.example.com', ['POST'], ['/c'], sign('bedrock', 'us-east-1')),
      ruleOf('d', 'd.example.com', ['POST'], ['/d'], { ...sign('s3', 'us-east-1'), risk: 'high' }),
    ]);
    const proxy = configuration(agent);
    const signing = proxy.transforms?.filter(({ name }) => name === 'aws_auth').map(({ config }) => config);
    expect(signing).toMatchObject([
      {
        allowed_services: ['bedrock'],
        allowed_regions: ['us-east-1'],
        rules: [{ paths: ['/a'] }, { paths: ['/c'] }],
      },
      { allowed_services: ['bedrock'], allowed_regions: ['eu-west-1'], rules: [{ paths: ['/b'] }] },
    ]);
    expect(proxy.proxy.max_request_body_bytes).toBe(33554432);
    expect(configuration(scout()).proxy.max_request_body_bytes).toBeUndefined();
    expect(refusal(proxy)).toBeUndefined();
  });

  test('shows the gate the bodies that a rule judges, after the header lists and before any secret', () => {
    const body: BodyRule = {
      limit: 4096,
      json: {
        'name, tag_name': 'text',
        draft: [{ equals: false }, { in: ['no', 'null', '1', '}} {{', 1.5, null], optional: true }],
        'assets[].size': { matches: '[0-9]{1,9}', feature: 'assets' },
        'assets[]': { shape: 'asset' },
      },
      shapes: { asset: { id: 'value' } },
      allow: ['assets'],
      unknown: 'note',
    };
    const agent = agentOf(
      [
        ruleOf('write', 'a.example.com', ['PATCH'], ['/a'], { body, secret: 'key' }),
        ruleOf('read', 'a.example.com', ['GET'], ['/a']),
        ruleOf('shut', 'a.example.com', ['DELETE'], ['/a'], { body, risk: 'high' }),
      ],
      [headerSecret('key')],
    );
    const { text } = compilePolicy(airlockOf(), { ...agent, spend: { model: { dailyUsd: 5.5 } } });
    const read = readBundle(text, 'scout', '/airlock/scout/');
    if (!read.ok) throw new Error(read.problem);
    const { config, gate } = read.bundle;
    expect(gate.spend).toEqual({ dailyUsd: 5.5 });
    expect(gate.bodies).toEqual({ write: body, shut: body });
    expect(config.transforms.map(({ name }) => name)).toEqual([
      'grpc',
      'allowlist',
      'header_allowlist',
      'grpc',
      'secrets',
    ]);
    expect(config.transforms[3]?.config).toEqual({
      name: 'gate-bodies',
      target: 'unix:///run/airlock-gate/bodies.sock',
      send_request_body: true,
      rules: [{ host: 'a.example.com', methods: ['PATCH'], paths: ['/a'] }],
    });
    expect(config.proxy.max_request_body_bytes).toBe(33554432);
    expect(text).not.toMatch(/\{\{|\}\}|\$\{/);
  });

  test('swaps a placeholder in the path alone', () => {
    const { agent } = agentFor('telegram');
    const secrets = configuration(agent).transforms?.find(({ name }) => name === 'secrets');
    expect(secrets?.config).toMatchObject({
      secrets: [
        {
          replace: {
            proxy_value: '000000:placeholder',
            match_headers: ['/$^/'],
            match_path: true,
            require: true,
          },
        },
      ],
    });
  });

  test('refuses a rule whose secret the agent does not have', () => {
    const agent = agentOf([ruleOf('read', 'a.example.com', ['GET'], ['/a'], { secret: 'nobody' })]);
    expect(() => compilePolicy(airlockOf(), agent)).toThrow(
      'rule "read" of agent "scout" names the secret "nobody", which the agent does not have: declare it under secrets',
    );
  });

  const hostile = [
    'a: b',
    '- x',
    '#',
    '"',
    "'",
    '\\',
    '{{resolve:ssm:/x}}',
    '${Token[AWS.Region.4]}',
    '}}',
    'yes',
    'null',
    '~',
    '1e3',
    '0x1',
    '2026-01-01',
    'a\nb: c',
    '---',
    '...',
    '*alias',
    '&anchor',
    '!!tag',
    '%',
    '@',
    '`',
    'é',
    '\u{1f512}',
    '\u2028',
    '\ud800',
    '\u0000',
    '\u007f',
    ' lead',
    'trail ',
    ',',
    '[',
    ']',
  ];

  test.each(hostile)(
    'keeps the text %j a text, in one line, in ASCII, and never two braces in a row',
    (text) => {
      const agent = agentOf(
        [
          ruleOf(text, text, [text], [`/${text}`], { secret: text }),
          ruleOf(`shut ${text}`, text, [text], [`/${text}`], { risk: 'high' }),
        ],
        [{ ...headerSecret(text, text, text), parameter: text }],
        text,
      );
      const { text: written } = compilePolicy(airlockOf(), agent);
      expect(written).toMatch(/^[\x20-\x7e\n]+$/);
      expect(written).not.toMatch(/\{\{|\}\}|\$\{/);
      const [proxy, warden] = documents(agent);
      const read = text.replace('\ud800', '\ufffd');
      const rule = { host: read, methods: [read], paths: [`/${read}`] };
      expect(proxy.transforms?.[1]?.config).toEqual({ rules: [rule] });
      expect(proxy.transforms?.[3]?.config).toMatchObject({
        secrets: [{ source: { name: read }, inject: { header: read }, rules: [rule] }],
      });
      expect(warden.airlock).toEqual({
        format: 1,
        agent: read,
        front: { connect: false, ...FRONT_LIMITS },
        secrets: [{ id: read, parameter: read, rules: [rule] }],
        shut: [{ id: `shut ${read}`, ...rule, risk: 'high' }],
      });
    },
  );

  test('stays compact: 150 bytes a simple rule, and 200 rules fit', () => {
    const rules = Array.from({ length: 200 }, (_, index) =>
      ruleOf(`rule-${index}`, `service-${index}.example.com`, ['GET', 'POST'], [`/v1/accounts/${index}/*`]),
    );
    const size = (count: number): number =>
      Buffer.byteLength(compilePolicy(airlockOf(), agentOf(rules.slice(0, count))).text);
    expect((size(200) - size(0)) / 200).toBeLessThanOrEqual(150);
    expect(configuration(agentOf(rules)).transforms?.[1]?.config).toHaveProperty('rules.length', 200);
  });
});
