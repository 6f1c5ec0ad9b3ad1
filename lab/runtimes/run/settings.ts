import type { AgentUserDataProps } from '../../../constructs/agent-host/user-data';
import type { Agent, Airlock } from '../../../lib/config/model';
import { fromProps } from '../../../lib/from-props';
import type { ProvenRuntime } from '..';

export const PROXY = '10.64.4.7';
export const AGENT = '10.64.0.9';

/** The model's credential, on the proxy box alone. */
export const REAL_KEY = 'not-a-real-key-but-the-one-that-must-not-leak';

/** The bot's token, on the proxy box alone, in Telegram's format. */
export const REAL_TOKEN = '123456:not-a-real-token-that-must-not-leak';

export const TELEGRAM_HOST = 'api.telegram.org';

/** Where the proxy box finds the models and Telegram: public addresses, since it dials no others. */
export const MODELS_ADDRESS = '11.0.0.1';
export const TELEGRAM_ADDRESS = '11.0.0.2';

const ANTHROPIC = { preset: 'anthropic', host: 'api.anthropic.com' };
const OPENAI = { preset: 'openai', host: 'api.openai.com' };

const MODELS: Readonly<Record<ProvenRuntime, { readonly preset: string }>> = {
  'claude-code': ANTHROPIC,
  codex: OPENAI,
  openclaw: ANTHROPIC,
  hermes: ANTHROPIC,
};

export const HOSTS = [ANTHROPIC.host, OPENAI.host, TELEGRAM_HOST];

/** An agent with the presets of both models and of Telegram. */
export function cell(): { readonly agent: Agent; readonly airlock: Airlock } {
  const airlock = fromProps(
    {
      name: 'airlock',
      notify: ['security@example.com'],
      network: { cidr: '10.64.0.0/20', resolvers: ['9.9.9.9'] },
      budget: { monthlyUsd: 300 },
    },
    {
      name: 'scout',
      runtime: 'openclaw',
      role: 'operator',
      owner: 'devrel@example.com',
      host: { instanceType: 't4g.large' },
      egress: [ANTHROPIC.preset, OPENAI.preset, 'telegram'].map((preset) => ({ preset })),
      budget: { monthlyUsd: 50 },
    },
  );
  return { agent: airlock.agents[0] as Agent, airlock };
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
