import { changesBetween } from '../../lib/changes/compare';
import { NOTHING, snapshotOf } from '../../lib/changes/snapshot';
import type { Agent, Airlock, EgressRule } from '../../lib/config/model';
import { kitAirlock } from '../support/arbitrary-airlock';

const AIRLOCK = kitAirlock();
const RULE: EgressRule = {
  id: 'docs-read',
  host: 'api.github.com',
  methods: ['GET'],
  paths: ['/repos/ironsh/docs/contents/*'],
  secret: 'github-read-pat',
  risk: 'low',
};

/** Scout with other values. */
const scout = (edit: (agent: Agent) => Partial<Agent>): Airlock => ({
  ...AIRLOCK,
  agents: AIRLOCK.agents.map((agent) => (agent.name === 'scout' ? { ...agent, ...edit(agent) } : agent)),
});
const withRules = (...rules: EgressRule[]) => scout(({ egress }) => ({ egress: [...egress, ...rules] }));

/** Each change as one line, without the costs that follow from another. */
function lines(before: Airlock, after: Airlock): string[] {
  return changesBetween(snapshotOf(before), snapshotOf(after))
    .filter(({ kind }) => kind !== 'cost')
    .map(({ of, sign, what, detail }) => `${of} ${sign} ${what}${detail ? `  (${detail})` : ''}`);
}

describe('a change is one line, as a reviewer would write it', () => {
  test.each<[string, Airlock, Airlock, string[]]>([
    ['nothing', AIRLOCK, AIRLOCK, []],
    [
      'a rule that opens',
      AIRLOCK,
      withRules(RULE),
      ['scout + GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low)'],
    ],
    [
      'a rule that closes',
      withRules(RULE),
      AIRLOCK,
      ['scout - GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low)'],
    ],
    [
      'a path and a method more, in one rule',
      withRules(RULE),
      withRules({ ...RULE, methods: ['GET', 'HEAD'], paths: [...RULE.paths, '/emojis'] }),
      [
        'scout + HEAD api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low)',
        'scout + GET HEAD api.github.com /emojis  (github-read-pat, low)',
      ],
    ],
    [
      'another risk',
      withRules({ ...RULE, risk: 'high' }),
      withRules(RULE),
      [
        'scout ~ GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, high: shut until granted → low)',
      ],
    ],
    [
      'another secret',
      withRules(RULE),
      withRules({ ...RULE, secret: 'github-write-pat' }),
      ['scout ~ GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat → github-write-pat, low)'],
    ],
    [
      'a rule as wide as a host, with its reason',
      AIRLOCK,
      withRules({
        id: 'wide',
        host: 'x.example.com',
        methods: [],
        paths: [],
        risk: 'low',
        because: 'we own it',
      }),
      ['scout + every method x.example.com every path  (no secret, low, because: we own it)'],
    ],
    [
      'a rule that signs',
      AIRLOCK,
      withRules({
        ...RULE,
        secret: undefined,
        awsAuth: {
          service: 'bedrock',
          region: 'us-east-1',
          actions: ['bedrock:Invoke'],
          resources: ['arn:m'],
        },
      }),
      [
        'scout + GET api.github.com /repos/ironsh/docs/contents/*  (signed for bedrock, low)',
        'scout + permission on arn:m: bedrock:Invoke',
      ],
    ],
    [
      'a rule that judges bodies now, and one that keeps a header',
      withRules(RULE),
      withRules({
        ...RULE,
        body: {
          limit: 262144,
          json: { 'name, body': 'text', draft: { equals: true }, target: { in: ['main'], optional: true } },
        },
        keepHeaders: ['Cookie'],
      }),
      [
        'scout ~ GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low, nothing → body: name, body; draft is true; target is "main" if there, at most 256 KiB, nothing → keeps the agent\'s own Cookie)',
      ],
    ],
    [
      'a rule for GraphQL',
      AIRLOCK,
      withRules({
        ...RULE,
        body: { limit: 1024, graphql: { query: 'any', mutation: ['createPullRequest'] } },
      }),
      [
        'scout + GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low, body: GraphQL query of anything and mutation createPullRequest)',
      ],
    ],
    [
      "a feature of a model's API",
      withRules({ ...RULE, body: { limit: 1024, json: {}, shapes: {} } }),
      withRules({ ...RULE, body: { limit: 1024, json: {}, shapes: {}, allow: ['web-search'] } }),
      [
        'scout ~ GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low, body: known fields (d8270490), no reach into the internet, at most 1 KiB → body: known fields (d8270490), allows web-search, at most 1 KiB)',
      ],
    ],
    [
      'a rule that was split, renamed and given to a preset is no change',
      withRules({ ...RULE, methods: ['GET', 'HEAD'] }),
      withRules({ ...RULE, id: 'a', preset: 'docs' }, { ...RULE, id: 'b', methods: ['HEAD'] }),
      [],
    ],
    [
      'a rule of which another says the same on other terms',
      withRules(RULE),
      withRules(RULE, { ...RULE, id: 'twice', risk: 'medium' }),
      [
        'scout ~ GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat → github-read-pat, low; github-read-pat, medium, low → nothing)',
      ],
    ],
    [
      'a secret that came, and one that is sent otherwise',
      AIRLOCK,
      scout(({ secrets }) => ({
        secrets: [
          ...secrets.map((secret) => ({
            ...secret,
            ttlSeconds: secret.id === 'github-read-pat' ? 60 : secret.ttlSeconds,
          })),
          {
            id: 'bot',
            parameter: '/airlock/scout/bot',
            ttlSeconds: 60,
            inject: { kind: 'path', placeholder: 'BOT' },
          },
        ],
      })),
      [
        'scout ~ secret github-read-pat /airlock/scout/github-read-pat, header Authorization as Bearer {{ .Value }}, kept 900 s → /airlock/scout/github-read-pat, header Authorization as Bearer {{ .Value }}, kept 60 s',
        'scout + secret bot /airlock/scout/bot, path, in place of BOT, kept 60 s',
      ],
    ],
    [
      'a machine, its image and its budget',
      AIRLOCK,
      {
        ...scout(({ host, budget }) => ({
          host: { ...host, rootGiB: 40, instanceType: 'm7g.large' },
          budget: { ...budget, monthlyUsd: 300 },
        })),
        images: [{ agent: 'scout', machine: 'proxy-box', region: 'us-east-1', imageId: 'ami-1' }],
      },
      [
        'scout ~ host.instanceType t4g.large → m7g.large  (that machine stops and starts)',
        'scout ~ host.rootGiB 30 → 40  (the machine is replaced, and its state volume moves)',
        'scout ~ budget.monthlyUsd 120 → 300',
        'scout + image of the proxy-box in us-east-1 ami-1  (the machine is replaced, and its state volume moves)',
      ],
    ],
    [
      'the stack',
      AIRLOCK,
      {
        ...AIRLOCK,
        network: { ...AIRLOCK.network, dns: 'off', cidr: '10.9.0.0/20' },
        ironProxy: { version: '0.50.0', url: 'https://x/y', sha256: 'ab' },
      },
      [
        'airlock + iron-proxy 0.50.0 from https://x/y, sha256 ab',
        'airlock ~ network.cidr 10.64.0.0/20 → 10.9.0.0/20  (the VPC and all machines are replaced, and the state volumes move)',
        'airlock ~ network.dns firewall → off',
      ],
    ],
    [
      'an agent that left',
      AIRLOCK,
      { ...AIRLOCK, agents: AIRLOCK.agents.filter(({ name }) => name !== 'mender') },
      [
        expect.stringMatching(
          /^mender - agent mender, with \d+ rules and \d secrets? {2}\(its keys, logs and state volume stay\)$/,
        ),
      ],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(lines(before, after).sort()).toEqual([...expected].sort());
  });

  test('an agent that came shows every rule and secret, and what it is', () => {
    const without = { ...AIRLOCK, agents: AIRLOCK.agents.filter(({ name }) => name !== 'scout') };
    const found = lines(without, AIRLOCK);
    expect(found[0]).toBe('scout + agent scout  (hermes, operator, devrel@example.com, t4g.large)');
    const agent = AIRLOCK.agents.find(({ name }) => name === 'scout') as Agent;
    const opened = found.filter((line) => line.startsWith('scout + ')).length;
    expect(opened).toBeGreaterThan(agent.egress.length + agent.secrets.length);
  });

  test('the cost is of the agent and of the stack', () => {
    const bigger = scout(({ host }) => ({ host: { ...host, instanceType: 'm7g.xlarge' } }));
    const costs = changesBetween(snapshotOf(AIRLOCK), snapshotOf(bigger)).filter(
      ({ kind }) => kind === 'cost',
    );
    expect(costs.map(({ of, what }) => `${of}: ${what}`)).toEqual([
      'scout: idle cost 68.75 → 138.83 USD a month',
      'airlock: idle cost 214.77 → 284.85 USD a month',
    ]);
  });

  test('against nothing every agent is new, and the stack’s settings are left out', () => {
    const kinds = new Set(
      changesBetween(NOTHING, snapshotOf(AIRLOCK)).map(({ of, kind }) => `${of} ${kind}`),
    );
    const of = (agent: string, ...more: string[]) =>
      ['agent', 'cost', 'rule', ...more].map((kind) => `${agent} ${kind}`);
    expect([...kinds].sort()).toEqual(
      ['airlock cost', ...of('mender', 'permission'), ...of('scout', 'secret')].sort(),
    );
  });
});

test('every setting of the model is compared, so that none is forgotten', () => {
  const watch: Agent['watch'] = { signals: { refusals: 'notify' }, limits: { refusals: 50 } };
  const agent: Agent = { ...(AIRLOCK.agents[0] as Agent), watch };
  const { name: _n, file: _f, egress: _e, secrets: _s, ...settings } = agent;
  const keys = Object.keys(snapshotOf({ ...AIRLOCK, agents: [agent] }).agents[agent.name]?.settings ?? {});
  const missing = Object.entries(settings)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .filter(([key]) => !keys.some((each) => each === key || each.startsWith(`${key}.`)));
  expect(missing).toEqual([]);
});
