import { render } from '../../boot/machine-file';
import { TELEGRAM_PLACEHOLDER } from '../channels';
import directives from '../directives.md.tmpl';
import { fetched, NODE, NPM, OPENCLAW } from '../pinned';
import { PROVIDERS } from '../providers';
import type { Runtime } from '../runtime';
import install from './install.sh';
import config from './openclaw.json.tmpl';
import run from './run.sh';
import settings from './settings.json.tmpl';

/** OpenClaw: a gateway on loopback; its packages come from the npm mirror, each of them pinned by one digest. */
export const openclaw: Runtime = {
  version: OPENCLAW.version,
  // It refuses names that resolve to private addresses.
  usesConnect: true,
  fetches: [{ from: 'npm', path: '/*' }],
  installPresets: ['npm-install'],
  install: () =>
    fetched(NODE) +
    fetched(NPM, 'npm') +
    render(install, {
      OPENCLAW: OPENCLAW.version,
      BEFORE: OPENCLAW.before,
      LOCK_DIGEST: OPENCLAW.lockSha256,
    }),
  run: () => run,
  files: [
    { path: '/etc/airlock/openclaw.json', text: config },
    {
      path: '/etc/airlock/settings.json',
      text: settings,
      values: ({ channels, mcpServers, skills }) => ({
        SKILLS: skills.map(({ name }) => `"${name}"`).join(','),
        MCP: mcpServers
          .map(({ name, url }) => `"${name}":{"url":"${url}","transport":"streamable-http"}`)
          .join(','),
        CHANNELS: channels.flatMap((channel) => channel.settings ?? []).join(','),
      }),
    },
    { path: '/etc/airlock/SOUL.md', text: directives },
  ],
  environment: ({ transcriptDays, provider, model = '', role }) => ({
    DAYS: String(transcriptDays),
    MODEL: `${provider?.preset ?? ''}/${model}`,
    // OpenClaw's tool profiles; the wider one still asks for an allowlist or an approval before a command.
    TOOLS: role === 'reader' ? 'messaging' : 'coding',
  }),
  providers: PROVIDERS.openclaw,
  channels: {
    telegram: {
      environment: { TELEGRAM_BOT_TOKEN: TELEGRAM_PLACEHOLDER, CHANNEL: 'telegram' },
      settings:
        '"telegram":{"enabled":true,"dmPolicy":"pairing","groupPolicy":"allowlist","groups":{"*":{"requireMention":true}}}',
    },
  },
  controlPlane: { address: '127.0.0.1:18789', setting: '"bind":"loopback"' },
  transcripts: ['.openclaw/agents/*/sessions/*'],
  skills: ['.openclaw/skills/*', '.openclaw/workspace/skills/*', '.openclaw/extensions/*'],
};
