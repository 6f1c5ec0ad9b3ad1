import { render } from '../../boot/machine-file';
import directives from '../directives.md.tmpl';
import { JOB_FILES } from '../job-files';
import jobs from '../jobs.sh';
import { CODEX, fetched, tarball } from '../pinned';
import { PROVIDERS } from '../providers';
import type { Runtime } from '../runtime';
import config from './config.toml.tmpl';
import managed from './managed_config.toml.tmpl';
import requirements from './requirements.toml.tmpl';
import run from './run.sh';

/** Codex: one native program, bound by requirements.toml, which no other setting overrides. */
export const codex: Runtime = {
  version: CODEX.version.replace(/-linux.*/, ''),
  fetches: [{ from: 'npm', path: `/${tarball(CODEX)}` }],
  installPresets: ['codex-install'],
  install: () => fetched(CODEX),
  run: () => run + jobs,
  files: [
    {
      path: '/etc/codex/requirements.toml',
      text: requirements,
      values: ({ mcpServers }) => ({
        MCP_LISTED: mcpServers.map(({ name, url }) => `${name}.identity.url="${url}"`).join('\n'),
      }),
    },
    { path: '/etc/codex/managed_config.toml', text: render(managed, { DIRECTIVES: directives }) },
    {
      path: '/etc/codex/config.toml',
      text: config,
      values: ({ model, mcpServers, skills }) => ({
        MODEL_LINE: model === undefined ? '' : `model="${model}"`,
        MCP: mcpServers.map(({ name, url }) => `[mcp_servers.${name}]\nurl="${url}"`).join('\n'),
        SKILLS: String(skills.length > 0),
      }),
    },
  ],
  providers: PROVIDERS.codex,
  transcripts: [...JOB_FILES, '.codex/sessions/*', '.codex/archived_sessions/*', '.codex/shell_snapshots/*'],
  skills: ['.codex/skills/*'],
};
