import { compilePolicy } from '../../lib/policy/compile';
import { opened } from '../../lib/policy/document/opened';
import { readBundle } from '../../lib/policy/document/read';
import { opensOnly } from '../../lib/warden/retire';
import { agentOf, airlockOf, headerSecret, ruleOf } from './support';

const PREFIX = '/airlock/scout/';
const secret = (id: string, header: string) => ({ ...headerSecret(id, header), parameter: `${PREFIX}${id}` });
const high = { risk: 'high' } as const;

const BODY = { limit: 1000, json: { a: { equals: 1 } } };
const SIGNING = { service: 'bedrock', region: 'us-east-1', actions: [], resources: [] };
const agent = agentOf(
  [
    ruleOf('read', 'a.example.com', ['GET'], ['/a/*'], { secret: 'reads' }),
    ruleOf('delete', 'a.example.com', ['DELETE'], ['/a/*'], { secret: 'reads', ...high }),
    ruleOf('deploy', 'b.example.com', ['POST'], ['/b'], {
      secret: 'deploys',
      caps: { requests: { hour: 3 } },
      ...high,
    }),
    ruleOf('keeps', 'e.example.com', ['GET'], ['/e'], { keepHeaders: ['Authorization'], because: 'x' }),
    ruleOf('plain', 'c.example.com', ['PUT'], ['/c'], high),
    ruleOf('judged', 'd.example.com', ['PUT'], ['/d'], { body: BODY, ...high }),
    ruleOf('kept', 'f.example.com', ['PUT'], ['/f'], { keepHeaders: ['Cookie'], because: 'y', ...high }),
    ruleOf('signed', 'g.example.com', ['POST'], ['/g'], { awsAuth: SIGNING, ...high }),
  ],
  [secret('reads', 'Authorization'), secret('deploys', 'X-Deploy-Key')],
);
const { text } = compilePolicy(airlockOf(), agent);
const bundleOf = (from: string) => {
  const read = readBundle(from, 'scout', PREFIX);
  if (!read.ok) throw new Error(read.problem);
  return read.bundle;
};
const bundle = bundleOf(text);
const named = (id: string) => bundle.gate.rules.filter((rule) => rule.id === id);
const part = (of: typeof bundle, name: string) => of.config.transforms.filter((each) => each.name === name);
// biome-ignore lint/suspicious/noExplicitAny: parts of any transform
const configOf = (of: typeof bundle, name: string): any => part(of, name)[0]?.config;

describe('iron-proxy’s document under a grant', () => {
  test('has no high-risk rule and no secret of one without a grant', () => {
    expect(configOf(bundle, 'allowlist').rules).toHaveLength(2);
    expect(JSON.stringify(bundle.config)).not.toContain('deploys');
    expect(opened(bundle, [])).toBe(bundle);
  });

  test('has the granted rule and its secret at that rule, and is otherwise the same', () => {
    const under = opened(bundle, named('delete'));
    const rule = { host: 'a.example.com', methods: ['DELETE'], paths: ['/a/*'] };
    expect(configOf(under, 'allowlist').rules.slice(2)).toEqual([rule]);
    expect(configOf(under, 'secrets').secrets[0].rules.slice(1)).toEqual([rule]);
    expect(under.airlock.secrets[0]?.rules.slice(1)).toEqual([rule]);
    const others = (of: typeof bundle) => ({
      ...of.config,
      transforms: of.config.transforms.filter(({ name }) => name !== 'allowlist' && name !== 'secrets'),
    });
    expect(others(under)).toEqual(others(bundle));
    expect(under.gate).toBe(bundle.gate);
  });

  test('unseals a secret that only this rule has, and nothing is left of the agent’s own header', () => {
    const under = opened(bundle, named('deploy'));
    expect(configOf(under, 'secrets').secrets[1]).toMatchObject({
      source: { name: `${PREFIX}deploys` },
      inject: { header: 'X-Deploy-Key', require: true },
      rules: [{ host: 'b.example.com', methods: ['POST'], paths: ['/b'] }],
    });
    expect(under.airlock.secrets[1]).toMatchObject({ id: 'deploys', parameter: `${PREFIX}deploys` });
    expect(configOf(bundle, 'header_allowlist')).toEqual(configOf(under, 'header_allowlist'));
    const [expression] = configOf(under, 'header_allowlist').headers;
    expect(new RegExp(expression.slice(1, -1)).test('x-deploy-key')).toBe(false);
  });

  test('SEC-4 a header that another rule may keep is taken from the granted rule’s requests', () => {
    const lists = part(opened(bundle, named('plain')), 'header_allowlist');
    expect(JSON.stringify(lists[1]?.config)).toContain('c.example.com');
  });

  test('narrowed paths go to the rule and to its secret', () => {
    const [rule] = named('delete');
    const under = opened(bundle, [{ ...rule, host: 'a.example.com', paths: ['/a/7'] }]);
    expect(configOf(under, 'allowlist').rules.at(-1).paths).toEqual(['/a/7']);
    expect(configOf(under, 'secrets').secrets[0].rules.at(-1).paths).toEqual(['/a/7']);
  });

  test('the gate knows each high-risk rule, its caps, and which no grant opens', () => {
    expect(named('deploy')).toMatchObject([
      { risk: 'high', secret: 'deploys', caps: { requests: { hour: 3 } } },
    ]);
  });

  test('SEC-2 bodies of a granted rule are shown to the gate before any secret, and iron-proxy buffers them whole', () => {
    const rule = { host: 'd.example.com', methods: ['PUT'], paths: ['/d'] };
    expect(part(bundle, 'grpc')).toHaveLength(1);
    expect(bundle.gate.bodies).toEqual({ judged: BODY });
    const under = opened(
      bundle,
      [...named('judged'), ...named('delete')].map((each) => ({ ...each, isJudged: true })),
    );
    const names = under.config.transforms.map(({ name }) => name);
    expect(names.lastIndexOf('grpc')).toBeLessThan(names.indexOf('secrets'));
    expect(names.lastIndexOf('grpc')).toBeGreaterThan(names.lastIndexOf('header_allowlist'));
    expect(part(under, 'grpc')[1]?.config).toMatchObject({
      name: 'gate-bodies',
      send_request_body: true,
      rules: [rule, { host: 'a.example.com', methods: ['DELETE'], paths: ['/a/*'] }],
    });
    expect(under.config.proxy.max_request_body_bytes).toBe(32 * 1024 * 1024);
    expect(opensOnly(bundle.config, under.config)).toBe(true);
    expect(opensOnly(under.config, bundle.config)).toBe(false);
  });

  test('a signature of the role is at the granted rule alone, for its service and Region', () => {
    expect(part(bundle, 'aws_auth')).toEqual([]);
    const twice = opened(bundle, [...named('signed'), { ...named('signed')[0], host: 'h.example.com' }]);
    expect(part(twice, 'aws_auth').map(({ config }) => config)).toEqual([
      {
        credentials_provider: { type: 'workload_identity' },
        allowed_services: ['bedrock'],
        allowed_regions: ['us-east-1'],
        rules: ['g', 'h'].map((host) => ({ host: `${host}.example.com`, methods: ['POST'], paths: ['/g'] })),
      },
    ]);
  });

  test('SEC-4 a high-risk rule keeps its header under a grant, and no rule in force keeps it before', () => {
    const takes = (host: string) =>
      part(bundle, 'header_allowlist').some(({ config }) => {
        const { headers, rules } = config as { headers: string[]; rules?: { host: string }[] };
        const isFor = rules === undefined || rules.some((rule) => rule.host === host);
        return isFor && headers.every((each) => !new RegExp(each.slice(1, -1)).test('cookie'));
      });
    expect(['a.example.com', 'c.example.com', 'e.example.com', 'f.example.com'].map(takes)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    const spoilt = text.replace(
      / {2}- \{host: f\.example\.com, methods: \[PUT\], paths: \[\/f\], headers[^\n]*\n/,
      '',
    );
    expect(spoilt).not.toBe(text);
    expect(readBundle(spoilt, 'scout', PREFIX)).toMatchObject({
      problem: expect.stringContaining("the agent's own cookie passes by a rule for f.example.com"),
    });
  });

  test('a rule that an older kit marked as not grantable stays shut and unknown', () => {
    const spoilt = text
      .replace('{id: judged,', '{id: judged, notGrantable: body,')
      .replace(/ {2}bodies:[\s\S]*$/, '');
    const under = bundleOf(spoilt);
    expect(under.gate.rules.map(({ id }) => id)).not.toContain('judged');
  });

  test.each<[string, string | RegExp, string]>([
    ['a sealed secret without its lock', /formatter: "[^"]*if eq/, 'formatter: "if eq'],
    ['a sealed secret of another agent', '/airlock/scout/deploys', '/airlock/other/deploys'],
    ['a secret that no document has', '  - id: deploys', '  - id: other'],
    ['a header that the agent could send itself', 'header: X-Deploy-Key', 'header: X-Other-Key'],
  ])('a bundle with %s is refused', (_, from, to) => {
    const at = text.indexOf('  sealed:');
    const spoilt = text.slice(0, at) + text.slice(at).replace(from, to);
    expect(spoilt).not.toBe(text);
    expect(readBundle(spoilt, 'scout', PREFIX)).toMatchObject({ ok: false });
  });
});
