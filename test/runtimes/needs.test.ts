import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { RUNTIME_NAMES, RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';
import { TELEGRAM_PLACEHOLDER } from '../../constructs/agent-host/runtimes/channels';
import { fetched, NODE, NPM, type PinnedPackage, tarball } from '../../constructs/agent-host/runtimes/pinned';
import { agentUserData } from '../../constructs/agent-host/user-data';
import type { Agent, Airlock, EgressRule } from '../../lib/config/model';
import { providerOf } from '../../lib/config/provider';
import { unmetNeeds } from '../../lib/runtimes/needs';
import { runtimeSettings } from '../../lib/runtimes/settings';
import { sound } from '../agent-host/machine';
import { agentOf, airlockOf, ruleOf } from '../policy/support';

const MIRRORS = { npm: 'https://npm.example.com/team', pypi: 'https://pypi.example.com/root' };
const anthropic: EgressRule = ruleOf('anthropic/messages', 'api.anthropic.com', ['POST'], ['/v1/messages'], {
  preset: 'anthropic',
});
const mirror = ruleOf('npm', 'npm.example.com', ['GET'], ['/team/*']);

function needs(change: Partial<Agent>, mirrors: Airlock['mirrors'] = MIRRORS): string[] {
  const agent: Agent = { ...agentOf([]), runtime: 'claude-code', egress: [anthropic, mirror], ...change };
  return unmetNeeds({ ...airlockOf('10.64.0.0/20', [agent]), mirrors }, agent).map(
    ({ kind, message }) => `${kind}: ${message}`,
  );
}

test('nothing is missing when the rules let everything through, whatever they are called', () => {
  expect(needs({})).toEqual([]);
});

test.each<[string, EgressRule]>([
  ['another path', { ...mirror, paths: ['/other/*'] }],
  ['another method', { ...mirror, methods: ['POST'] }],
  ['another host', { ...mirror, host: 'pypi.example.com' }],
  ['a rule that is shut', { ...mirror, risk: 'high' }],
])('the installation is missing with %s', (_, rule) => {
  expect(needs({ egress: [anthropic, rule] })).toEqual([
    expect.stringMatching(
      /^install: can't be installed.* GET https:\/\/npm.example.com\/team\/@anthropic-ai\//,
    ),
  ]);
});

test('the installation is missing without the mirror it comes from', () => {
  expect(needs({}, {})).toEqual([expect.stringMatching(/^install: .*<mirrors.npm>/)]);
});

test('an MCP server is missing until a rule lets it be called', () => {
  const mcpServers = [{ name: 'docs', url: 'https://mcp.example.com/mcp' }];
  expect(needs({ mcpServers })).toEqual([
    'server: can\'t call its MCP server "docs": no rule allows POST https://mcp.example.com/mcp',
  ]);
  const open = ruleOf('docs', 'mcp.example.com', ['POST'], ['/mcp']);
  expect(needs({ mcpServers, egress: [anthropic, mirror, open] })).toEqual([]);
});

test('the model is the first preset that the runtime can call, and never a rule of the owner’s own', () => {
  const openai = { ...anthropic, preset: 'openai' };
  const egress = [{ ...anthropic, preset: undefined }, openai, anthropic];
  expect(providerOf({ runtime: 'claude-code', egress })?.preset).toBe('anthropic');
  expect(providerOf({ runtime: 'codex', egress })?.preset).toBe('openai');
  expect(providerOf({ runtime: 'codex', egress: [anthropic] })).toBeUndefined();
  expect(providerOf({ runtime: 'codex', egress: [{ ...anthropic, preset: 'constructor' }] })).toBeUndefined();
});

test('a tarball lies where registries keep it, and is compared with what they publish', () => {
  const scoped: PinnedPackage = { name: '@scope/tool', version: '1.2.3', integrity: 'sha512-AAEC' };
  expect(tarball(scoped)).toBe('@scope/tool/-/tool-1.2.3.tgz');
  expect(fetched(scoped, 'bin')).toBe('get @scope/tool/-/tool-1.2.3.tgz 000102 bin\n');
  for (const pinned of [NODE, NPM]) expect(fetched(pinned)).toMatch(/^get \S+ [0-9a-f]{128}\n$/);
});

test('SEC-1 every placeholder credential says that it is one', () => {
  const values = RUNTIME_NAMES.flatMap((name) => {
    const { providers, channels = {} }: Runtime = RUNTIMES[name];
    return [
      ...Object.values(providers).map(({ environment }) => environment({})),
      ...Object.values(channels).map(({ environment }) => environment),
    ].flatMap((environment) => Object.entries(environment));
  });
  const credentials = values.filter(([name]) => /KEY|TOKEN|SECRET/.test(name));
  expect(credentials.length).toBeGreaterThan(5);
  expect(
    credentials.filter(
      ([, value = '']) => !/^(sk-([a-z0-9]+-)*)?placeholder$|^123456:place;holder$/.test(value),
    ),
  ).toEqual([]);
});

test('the kit knows where every runtime but custom keeps its skills and transcripts, as check assumes', () => {
  const unknown = RUNTIME_NAMES.filter((name) =>
    [RUNTIMES[name].skills, RUNTIMES[name].transcripts].some((places) => places.length === 0),
  );
  expect(unknown).toEqual(['custom']);
});

test('a channel preset sets the runtime up for it: pairing, and a mention in groups', () => {
  const telegram = { ...anthropic, preset: 'telegram' };
  const agent: Agent = { ...agentOf([anthropic, telegram]), runtime: 'openclaw' };
  const settings = runtimeSettings({ ...airlockOf('10.64.0.0/20', [agent]), mirrors: MIRRORS }, agent);
  expect(settings.channels).toEqual(['telegram']);
  const text = agentUserData(sound({ runtime: 'openclaw', runtimeSettings: settings }));
  expect(text).toContain("export TELEGRAM_BOT_TOKEN='123456:place;holder'\n");
  expect(text).toContain('"telegram":{"enabled":true,"dmPolicy":"pairing"');
  expect(text).toContain('"requireMention":true');
  expect(agentUserData(sound({ runtime: 'openclaw' }))).not.toContain('TELEGRAM');
});

test.each([
  ['reader', 'messaging'],
  ['builder', 'coding'],
  ['operator', 'coding'],
] as const)('the role bounds the tools: a %s of OpenClaw has the profile %s', (role, profile) => {
  const agent: Agent = { ...agentOf([anthropic]), runtime: 'openclaw', role };
  const settings = runtimeSettings({ ...airlockOf('10.64.0.0/20', [agent]), mirrors: MIRRORS }, agent);
  const text = agentUserData(sound({ runtime: 'openclaw', runtimeSettings: settings }));
  expect(text).toContain(`export TOOLS=${profile}\n`);
  expect(agentUserData(sound({ runtime: 'openclaw' }))).toContain('export TOOLS=messaging\n');
});

test('the placeholder of a channel is the one that its preset swaps', () => {
  const preset = parse(readFileSync(join(__dirname, '../../config/presets/telegram.yaml'), 'utf8'));
  expect(preset.secrets['telegram-bot-token'].inject.pathPlaceholder).toBe(TELEGRAM_PLACEHOLDER);
});

test('what has no value is not set: a model that nobody chose is the runtime’s own', () => {
  const environment = (model?: string) =>
    agentUserData(
      sound({ runtime: 'claude-code', runtimeSettings: { provider: { preset: 'anthropic' }, model } }),
    );
  expect(environment()).not.toContain('ANTHROPIC_MODEL');
  expect(environment('claude-opus-4-5')).toContain('export ANTHROPIC_MODEL=claude-opus-4-5\n');
});

test('a preset that is named like a property of every object is none', () => {
  const runtimeSettings = { provider: { preset: 'constructor' }, channels: ['to-string', 'constructor'] };
  expect(agentUserData(sound({ runtime: 'openclaw', runtimeSettings }))).not.toContain('undefined');
});
