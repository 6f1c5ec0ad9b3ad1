import { render } from '../../boot/machine-file';
import { TELEGRAM_PLACEHOLDER } from '../channels';
import directives from '../directives.md.tmpl';
import { HERMES } from '../pinned';
import type { Runtime } from '../runtime';
import config from './config.yaml.tmpl';
import install from './install.sh';
import run from './run.sh';

/** Hermes Agent: a gateway without a port, from its repository at one commit; its own lock file pins its packages. */
export const hermes: Runtime = {
  version: HERMES.version,
  fetches: [
    { from: 'github.com', path: '/NousResearch/hermes-agent.git/info/refs' },
    { from: 'github.com', method: 'POST', path: '/NousResearch/hermes-agent.git/git-upload-pack' },
    { from: 'github.com', path: '/astral-sh/python-build-standalone/releases/download/*' },
    { from: 'release-assets.githubusercontent.com', path: '/github-production-release-asset/*' },
    { from: 'pypi', path: '/*' },
  ],
  installPresets: ['hermes-install', 'pypi-install', 'debian-updates'],
  install: () => render(install, { COMMIT: HERMES.commit, UV: HERMES.uv, PYTHON: HERMES.python }),
  run: () => run,
  files: [
    { path: '/etc/airlock/config.yaml', text: config },
    { path: '/etc/airlock/SOUL.md', text: directives },
  ],
  providers: {
    anthropic: {
      environment: { ANTHROPIC_API_KEY: 'sk-ant-api03-placeholder' },
      model: 'claude-sonnet-4-5',
    },
    openai: { environment: { OPENAI_API_KEY: 'sk-placeholder' }, needsModel: true },
    openrouter: { environment: { OPENROUTER_API_KEY: 'sk-or-placeholder' }, needsModel: true },
  },
  channels: {
    telegram: {
      environment: { TELEGRAM_BOT_TOKEN: TELEGRAM_PLACEHOLDER, TELEGRAM_REQUIRE_MENTION: 'true' },
    },
  },
  transcripts: ['.hermes/sessions/*', '.hermes/logs/*'],
  skills: ['.hermes/skills/*', '.hermes/plugins/*'],
  values: ({ mcpServers = [] }) => ({
    MCP: mcpServers.map(({ name, url }) => `${name}: {url: "${url}"}`).join(', '),
  }),
};
