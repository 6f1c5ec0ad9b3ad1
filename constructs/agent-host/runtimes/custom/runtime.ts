import type { Runtime } from '../runtime';

/** The owner's own: a command and what installs it, as the agent's file has them. */
export const custom: Runtime = {
  fetches: [],
  installPresets: [],
  install: ({ custom }) => custom?.install ?? '',
  run: ({ custom }) =>
    `. /etc/airlock/runtime.env\n[ "\${1-}" = check ] || exec ${custom?.command ?? 'false'}\n`,
  files: [],
  providers: {
    anthropic: { environment: () => ({ ANTHROPIC_API_KEY: 'sk-ant-api03-placeholder' }) },
    openai: { environment: () => ({ OPENAI_API_KEY: 'sk-placeholder' }) },
    openrouter: { environment: () => ({ OPENROUTER_API_KEY: 'sk-or-placeholder' }) },
    bedrock: { environment: ({ provider }) => ({ AWS_REGION: provider?.region }) },
  },
  transcripts: [],
  skills: [],
};
