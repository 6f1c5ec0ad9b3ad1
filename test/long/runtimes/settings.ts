import type { AgentUserDataProps } from '../../../constructs/agent-host/user-data';
import type { ProvenRuntime } from '../../../lab/runtimes';
import type { Agent, Airlock } from '../../../lib/config/model';
import { agentOf, airlockOf, headerSecret, ruleOf } from '../../policy/support';
import { loadText } from '../../support/arbitrary-airlock';

export const PROXY = '10.64.4.7';
export const AGENT = '10.64.0.9';

/** The model's credential, on the proxy box alone. */
export const REAL_KEY = 'not-a-real-key-but-the-one-that-must-not-leak';

/** The bot's token, on the proxy box alone, in Telegram's format. */
export const REAL_TOKEN = '123456:not-a-real-token-that-must-not-leak';

export const TELEGRAM_HOST = 'api.telegram.org';

interface Model {
  readonly preset: string;
  readonly host: string;
  readonly header: string;
  readonly formatter: string;
  readonly paths: readonly string[];
}

const ANTHROPIC: Model = {
  preset: 'anthropic',
  host: 'api.anthropic.com',
  header: 'X-Api-Key',
  formatter: '{{ .Value }}',
  paths: ['/v1/messages', '/v1/messages/count_tokens'],
};
const OPENAI: Model = {
  preset: 'openai',
  host: 'api.openai.com',
  header: 'Authorization',
  formatter: 'Bearer {{ .Value }}',
  paths: ['/v1/responses'],
};

export const MODELS: Readonly<Record<ProvenRuntime, Model>> = {
  'claude-code': ANTHROPIC,
  codex: OPENAI,
  openclaw: ANTHROPIC,
  hermes: ANTHROPIC,
};

export const HOSTS = [ANTHROPIC.host, OPENAI.host, TELEGRAM_HOST];

/** An agent with `preset: telegram`. */
function telegram(): Agent {
  const { agents } = loadText({
    airlock: {
      name: 'airlock',
      notify: ['security@example.com'],
      network: { cidr: '10.64.0.0/20', resolvers: ['9.9.9.9'] },
      budget: { monthlyUsd: 300 },
    },
    agents: [
      {
        name: 'scout',
        runtime: 'openclaw',
        role: 'operator',
        owner: 'devrel@example.com',
        host: { instanceType: 't4g.large' },
        egress: [{ preset: 'telegram' }],
        budget: { monthlyUsd: 50 },
      },
    ],
  });
  return agents[0] as Agent;
}

/** An agent with the rules of both models and of Telegram, as in their presets. */
export function cell(): { readonly agent: Agent; readonly airlock: Airlock } {
  const models = [ANTHROPIC, OPENAI];
  const rules = models.flatMap(({ preset, host, paths }) => [
    ruleOf(`${preset}-call`, host, ['POST'], [...paths], { secret: preset }),
    ruleOf(`${preset}-models`, host, ['GET'], ['/v1/models', '/v1/models/*'], { secret: preset }),
  ]);
  const secrets = models.map(({ preset, header, formatter }) => headerSecret(preset, header, formatter));
  const channel = telegram();
  const agent = agentOf([...rules, ...channel.egress], [...secrets, ...channel.secrets]);
  return { agent, airlock: airlockOf('10.64.0.0/20', [agent]) };
}

export function userDataProps(
  runtime: ProvenRuntime,
  caCertificate: string,
  channels: readonly string[] = [],
): AgentUserDataProps {
  const { preset } = MODELS[runtime];
  return {
    stack: 'airlock',
    agent: 'scout',
    os: 'debian-13',
    proxyAddress: PROXY,
    caCertificate,
    runtime,
    runtimeSettings: { provider: { preset }, channels },
    root: false,
    limits: { cpuPercent: 80, memoryPercent: 75 },
    stateDevice: '/dev/sdf',
  };
}
