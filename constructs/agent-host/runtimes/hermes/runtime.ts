import { render } from '../../boot/machine-file';
import { TELEGRAM_PLACEHOLDER } from '../channels';
import directives from '../directives.md.tmpl';
import { HERMES } from '../pinned';
import { PROVIDERS } from '../providers';
import type { Runtime } from '../runtime';
import config from './config.yaml.tmpl';
import env from './hermes.env.tmpl';
import install from './install.sh';
import run from './run.sh';

/** Hermes' sets of tools that no unattended agent gets, and those that a reader doesn't need. */
const NEVER = ['browser', 'code_execution', 'computer_use'];
const NOT_FOR_READERS = ['terminal', 'cronjob', 'delegation'];

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
  install: () =>
    render(install, {
      COMMIT: HERMES.commit,
      UV: HERMES.uv,
      UV_DIGEST: HERMES.uvSha256,
      PYTHON: HERMES.python,
    }),
  run: () => run,
  // Its managed scope, which overrides the configuration in the agent's home.
  files: [
    {
      path: '/etc/hermes/config.yaml',
      text: config,
      values: ({ provider, model = '', role, transcriptDays, mcpServers }) => ({
        PROVIDER: provider?.preset ?? '',
        MODEL: model,
        TOOLS_OFF: [...NEVER, ...(role === 'reader' ? NOT_FOR_READERS : [])].join(', '),
        DAYS: transcriptDays,
        MCP: mcpServers.map(({ name, url }) => `${name}: {url: "${url}"}`).join(', '),
      }),
    },
    { path: '/etc/hermes/.env', text: env },
    { path: '/etc/hermes/SOUL.md', text: directives },
  ],
  mounts: ['.env', 'config.yaml', 'SOUL.md'].map((file) => ({
    source: `/etc/hermes/${file}`,
    target: `.hermes/${file}`,
  })),
  providers: PROVIDERS.hermes,
  channels: {
    telegram: {
      environment: { TELEGRAM_BOT_TOKEN: TELEGRAM_PLACEHOLDER, TELEGRAM_REQUIRE_MENTION: 'true' },
    },
  },
  transcripts: ['.hermes/sessions/*', '.hermes/logs/*'],
  // By itself it prunes only when its gateway starts.
  prune: (days) => `sessions prune --older-than ${days} --yes`,
  skills: ['.hermes/skills/*', '.hermes/plugins/*'],
};
