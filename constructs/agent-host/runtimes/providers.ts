import type { RuntimeName } from './names';
import type { Provider } from './runtime';

const anthropic = { environment: () => ({ ANTHROPIC_API_KEY: 'sk-ant-api03-placeholder' }) };
const openai = { environment: () => ({ OPENAI_API_KEY: 'sk-placeholder' }) };
const openrouter = { environment: () => ({ OPENROUTER_API_KEY: 'sk-or-placeholder' }) };

/**
 * How each runtime talks to the model presets that it knows. No files of a runtime are here, so that whoever reads a
 * configuration loads none.
 */
export const PROVIDERS = {
  hermes: {
    anthropic: { ...anthropic, model: 'claude-sonnet-4-5' },
    openai: { ...openai, needsModel: true },
    openrouter: { ...openrouter, needsModel: true },
  },
  openclaw: {
    anthropic: { ...anthropic, model: 'claude-sonnet-5' },
    openai: { ...openai, needsModel: true },
    openrouter: { ...openrouter, needsModel: true },
  },
  'claude-code': {
    anthropic: { environment: ({ model }) => ({ ...anthropic.environment(), ANTHROPIC_MODEL: model }) },
    bedrock: {
      environment: ({ model, provider }) => ({
        CLAUDE_CODE_USE_BEDROCK: '1',
        AWS_REGION: provider?.region,
        ANTHROPIC_MODEL: model,
        ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
        AWS_ACCESS_KEY_ID: 'placeholder',
        AWS_SECRET_ACCESS_KEY: 'placeholder',
      }),
      needsModel: true,
    },
  },
  codex: { openai },
  custom: {
    anthropic,
    openai,
    openrouter,
    bedrock: { environment: ({ provider }) => ({ AWS_REGION: provider?.region }) },
  },
} as const satisfies Readonly<Record<RuntimeName, Readonly<Record<string, Provider>>>>;
