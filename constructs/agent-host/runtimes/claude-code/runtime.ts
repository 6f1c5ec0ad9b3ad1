import directives from '../directives.md.tmpl';
import { JOB_FILES } from '../job-files';
import jobs from '../jobs.sh';
import { CLAUDE_CODE, fetched, tarball } from '../pinned';
import { PROVIDERS } from '../providers';
import type { Runtime } from '../runtime';
import mcp from './managed-mcp.json.tmpl';
import settings from './managed-settings.json.tmpl';
import run from './run.sh';
import ownSettings from './settings.json.tmpl';

/** Claude Code: one native program, bound by managed settings, which no other setting overrides. */
export const claudeCode: Runtime = {
  version: CLAUDE_CODE.version,
  fetches: [{ from: 'npm', path: `/${tarball(CLAUDE_CODE)}` }],
  installPresets: ['claude-code-install'],
  install: () => fetched(CLAUDE_CODE),
  run: () => run + jobs,
  files: [
    { path: '/etc/claude-code/managed-settings.json', text: settings },
    {
      path: '/etc/claude-code/managed-settings.d/airlock.json',
      text: ownSettings,
      values: ({ transcriptDays, mcpServers }) => ({
        DAYS: transcriptDays,
        MCP_ALLOW: mcpServers.map(({ name }) => `"mcp__${name}"`).join(','),
      }),
    },
    {
      path: '/etc/claude-code/managed-mcp.json',
      text: mcp,
      values: ({ mcpServers }) => ({
        MCP: mcpServers.map(({ name, url }) => `"${name}":{"type":"http","url":"${url}"}`).join(','),
      }),
    },
    { path: '/etc/claude-code/CLAUDE.md', text: directives },
  ],
  providers: PROVIDERS['claude-code'],
  transcripts: [...JOB_FILES, '.claude/projects/*', '.claude/todos/*'],
  skills: ['.claude/skills/*', '.claude/plugins/*'],
};
