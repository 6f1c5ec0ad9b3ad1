import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '../../lib/config';
import { loadText } from '../support/arbitrary-airlock';

const MODEL = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const PROFILE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const GLOBAL = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** An operator that uses one preset, and nothing else. */
function agentWith(preset: string, values?: Record<string, unknown>, secrets = {}): Agent {
  const airlock = loadText({
    airlock: {
      name: 'airlock',
      notify: ['security@example.com'],
      network: { cidr: '10.64.0.0/20', resolvers: ['9.9.9.9'] },
      mirrors: {
        apt: 'https://mirror.example.com/debian',
        npm: 'https://npm.example.com',
        pypi: 'https://pypi.example.com/root/pypi/',
      },
      budget: { monthlyUsd: 300 },
    },
    agents: [
      {
        name: 'scout',
        runtime: 'custom',
        custom: { command: '/opt/agent/current/agent' },
        role: 'operator',
        owner: 'devrel@example.com',
        host: { instanceType: 't4g.large' },
        egress: [{ preset, ...(values ? { with: values } : {}) }],
        secrets,
        budget: { monthlyUsd: 50 },
      },
    ],
  });
  return airlock.agents[0] as Agent;
}

function rules(agent: Agent): string[] {
  return agent.egress.map(({ host, methods, paths, risk, secret }) =>
    [methods.join('|'), host + paths.map((path) => ` ${path}`).join(''), risk, secret ?? '-'].join(' '),
  );
}

const EXPECTED: [preset: string, values: Record<string, unknown> | undefined, rules: string[]][] = [
  [
    'anthropic',
    undefined,
    [
      'POST api.anthropic.com /v1/messages /v1/messages/count_tokens low anthropic-api-key',
      'GET api.anthropic.com /v1/models /v1/models/* low anthropic-api-key',
    ],
  ],
  [
    'openai',
    undefined,
    [
      'POST api.openai.com /v1/responses low openai-api-key',
      'POST api.openai.com /v1/chat/completions low openai-api-key',
      'GET api.openai.com /v1/models /v1/models/* low openai-api-key',
    ],
  ],
  [
    'openrouter',
    undefined,
    [
      'POST openrouter.ai /api/v1/chat/completions low openrouter-api-key',
      'GET openrouter.ai /api/v1/models low openrouter-api-key',
    ],
  ],
  ['npm-install', undefined, ['GET|HEAD npm.example.com /* low -']],
  ['pypi-install', undefined, ['GET|HEAD pypi.example.com /root/pypi/* low -']],
  [
    'pypi-install',
    { filesHost: 'files.example.com' },
    ['GET|HEAD pypi.example.com /root/pypi/* low -', 'GET|HEAD files.example.com /packages/* low -'],
  ],
  ['debian-updates', undefined, ['GET|HEAD mirror.example.com /debian/* /debian-security/* low -']],
  [
    'claude-code-install',
    undefined,
    ['GET npm.example.com /@anthropic-ai/claude-code-linux-arm64/-/* low -'],
  ],
  ['codex-install', undefined, ['GET npm.example.com /@openai/codex/-/* low -']],
  [
    'hermes-install',
    undefined,
    [
      'GET github.com /NousResearch/hermes-agent.git/info/refs low -',
      'POST github.com /NousResearch/hermes-agent.git/git-upload-pack low -',
      'GET github.com /astral-sh/python-build-standalone/releases/download/* low -',
      'GET release-assets.githubusercontent.com /github-production-release-asset/* low -',
    ],
  ],
  [
    'github-clone',
    { repositories: ['example/project', 'example/site.io'] },
    [
      'GET github.com /example/project.git/info/refs /example/site.io.git/info/refs /example/project/info/refs /example/site.io/info/refs low -',
      'POST github.com /example/project.git/git-upload-pack /example/site.io.git/git-upload-pack /example/project/git-upload-pack /example/site.io/git-upload-pack low -',
    ],
  ],
  [
    'telegram',
    { methods: ['getUpdates', 'sendMessage'] },
    [
      'GET|POST api.telegram.org /bot123456:place;holder/getUpdates /bot123456:place;holder/sendMessage medium telegram-bot-token',
      'GET api.telegram.org /file/bot123456:place;holder/* low telegram-bot-token',
    ],
  ],
  [
    'bedrock',
    { region: 'eu-central-1', models: [MODEL] },
    [
      `POST bedrock-runtime.eu-central-1.amazonaws.com ${[
        'invoke',
        'invoke-with-response-stream',
        'converse',
        'converse-stream',
      ]
        .map((call) => `/model/${MODEL}/${call}`)
        .join(' ')} low -`,
    ],
  ],
];

describe('each preset allows exactly these rules', () => {
  test.each(EXPECTED)('%s %j', (preset, values, expected) => {
    expect(rules(agentWith(preset, values))).toEqual(expected);
  });

  test('every preset of the kit is among them', () => {
    const names = readdirSync(join(__dirname, '../../config/presets')).map((file) =>
      file.replace('.yaml', ''),
    );
    expect([...new Set(EXPECTED.map(([preset]) => preset))].sort()).toEqual(names.sort());
  });

  test('every path of telegram contains the placeholder, so the agent can use no other bot', () => {
    const [call] = agentWith('telegram').egress;
    expect(call?.paths.length).toBeGreaterThan(5);
    expect(call?.paths.every((path) => /^\/bot123456:place;holder\/[A-Za-z]+$/.test(path))).toBe(true);
  });

  test('github-clone can never push', () => {
    const agent = agentWith('github-clone', { repositories: ['example/project'] });
    expect(JSON.stringify(agent.egress)).not.toMatch(/receive-pack|\*/);
  });
});

describe('IAM-2 bedrock needs no key, and its role may call the named models only', () => {
  const ACTIONS = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

  test('a model called directly', () => {
    const agent = agentWith('bedrock', { region: 'us-east-1', models: [MODEL] });
    expect(agent.secrets).toEqual([]);
    expect(agent.egress[0]?.awsAuth).toEqual({
      service: 'bedrock',
      region: 'us-east-1',
      actions: ACTIONS,
      resources: [`arn:\${partition}:bedrock:us-east-1::foundation-model/${MODEL}`],
    });
  });

  test('an inference profile, with the model in each of its regions', () => {
    const inferenceProfiles = [{ id: PROFILE, regions: ['us-east-1', 'us-west-2'] }];
    const agent = agentWith('bedrock', { region: 'us-east-1', inferenceProfiles });
    expect(agent.egress[0]?.awsAuth?.resources).toEqual([
      `arn:\${partition}:bedrock:us-east-1:\${account}:inference-profile/${PROFILE}`,
      'arn:${partition}:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0',
      'arn:${partition}:bedrock:us-west-2::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0',
    ]);
  });

  test('a global profile needs the model without a region as well', () => {
    const agent = agentWith('bedrock', {
      region: 'us-east-1',
      inferenceProfiles: [{ id: GLOBAL, regions: ['us-east-1'] }],
    });
    expect(agent.egress[0]?.awsAuth?.resources).toContain(
      'arn:${partition}:bedrock:::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0',
    );
  });

  test('no action and no resource has a wildcard', () => {
    const agent = agentWith('bedrock', {
      region: 'us-east-1',
      models: [MODEL],
      inferenceProfiles: [{ id: PROFILE, regions: ['us-east-1'] }],
    });
    const named = agent.egress.map(({ host, paths, awsAuth }) => ({ host, paths, awsAuth }));
    expect(JSON.stringify(named)).not.toContain('*');
  });
});

describe("a preset's secret", () => {
  test('has a parameter named after agent and secret', () => {
    expect(agentWith('anthropic').secrets).toEqual([
      {
        id: 'anthropic-api-key',
        parameter: '/airlock/scout/anthropic-api-key',
        inject: { kind: 'header', header: 'X-Api-Key', formatter: '{{ .Value }}' },
        ttlSeconds: 900,
      },
    ]);
  });

  test('takes parameter and ttl from the agent', () => {
    const own = { 'anthropic-api-key': { parameter: '/airlock/scout/models/claude', ttl: '5m' } };
    expect(agentWith('anthropic', undefined, own).secrets).toEqual([
      expect.objectContaining({
        id: 'anthropic-api-key',
        parameter: '/airlock/scout/models/claude',
        ttlSeconds: 300,
      }),
    ]);
  });

  test('may be overridden in part', () => {
    const own = { 'anthropic-api-key': { ttl: '5m' } };
    expect(agentWith('anthropic', undefined, own).secrets).toEqual([
      expect.objectContaining({ parameter: '/airlock/scout/anthropic-api-key', ttlSeconds: 300 }),
    ]);
  });
});

test('the kit names no package registry: their presets take the host from mirrors', () => {
  for (const preset of ['npm-install', 'pypi-install', 'debian-updates']) {
    const text = readFileSync(join(__dirname, `../../config/presets/${preset}.yaml`), 'utf8');
    expect(
      text.match(/host: .*/g)?.every((line) => /^host: \$\{(mirror\.host|with\.filesHost)\}$/.test(line)),
    ).toBe(true);
  }
});
