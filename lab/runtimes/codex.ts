import type { RuntimeCheck } from './check';
import { answersJob, readsDirectives } from './common-checks';
import { all, asksFor, callsModel, eachAnswer, endsWell, neverSays, says } from './conditions';
import { calling, jobs, quoted } from './scripts';

const REQUIREMENTS = '/etc/codex/requirements.toml';
const MANAGED = '/etc/codex/managed_config.toml';

/** Commands that the requirements forbid; the last one is forbidden by Codex itself. */
const FORBIDDEN = [
  'curl https://api.example.com',
  'wget https://api.example.com',
  'sudo id',
  'rm -r work',
  'chmod 777 work',
  'git push --force',
  'bash -c "rm -rf work"',
];

/** Its models call commands from JavaScript; a refused command is an exception there. */
const command = (cmd: string) =>
  calling(
    'exec',
    `try { text(await tools.exec_command({ cmd: ${JSON.stringify(cmd)} })) } catch (refused) { text(String(refused)) }`,
  );

const codex = (words: string, prompt: string) =>
  `. /etc/airlock/runtime.env
/opt/agent/current/vendor/*/bin/codex exec --skip-git-repo-check ${words} ${quoted(prompt)} </dev/null\n`;

export const CODEX_CHECKS: readonly RuntimeCheck[] = [
  answersJob('codex-1', '/v1/responses', 'authorization', 'OPENAI_API_KEY'),
  readsDirectives('codex-2', "the developer's instructions", {
    path: MANAGED,
    from: 'developer_instructions',
    to: 'compact_prompt',
  }),
  {
    id: 'codex-3',
    title: 'forbidden commands are rejected, even if the model calls them',
    script: `mkdir -p work\n${jobs(FORBIDDEN.map(command))}`,
    seconds: 120,
    problems: eachAnswer(FORBIDDEN.length, 'rejected'),
    weakenedBy: { path: REQUIREMENTS, from: '[rules]', to: '[unused]' },
  },
  {
    id: 'codex-4',
    title: 'commands run in a sandbox: they can write in the working directory and nowhere else',
    script: jobs([
      command('echo it ran; touch here && echo wrote; touch /var/lib/agent/there || echo kept out'),
    ]),
    problems: all(eachAnswer(1, 'wrote'), says('Read-only file system')),
    weakenedBy: { path: MANAGED, from: '"workspace-write"', to: '"read-only"' },
  },
  {
    id: 'codex-5',
    title: 'the flag that bypasses approvals and sandbox is refused',
    script: codex('--dangerously-bypass-approvals-and-sandbox', command('touch /var/lib/agent/there')),
    problems: all(says('requirements do not allow'), ({ code, model }) =>
      code !== 0 && model.length === 0 ? [] : ['it started'],
    ),
    weakenedBy: { path: REQUIREMENTS, and: { path: MANAGED } },
  },
  {
    id: 'codex-6',
    title: "settings and MCP servers in the agent's home change nothing",
    script: `mkdir -p .codex
printf 'sandbox_mode="danger-full-access"\\n[mcp_servers.added]\\ncommand="touch"\\nargs=["/var/lib/agent/added"]\\n' \\
  >.codex/config.toml
${codex('', 'hello')}
[ ! -e added ] || echo 'the server ran'
`,
    problems: all(says('sandbox: workspace-write'), neverSays('the server ran')),
    weakenedBy: { path: REQUIREMENTS, from: '[mcp_servers]', to: '' },
  },
  {
    id: 'codex-7',
    title: 'it requests its model and nothing else',
    script: jobs(['hello']),
    problems: all(asksFor('POST api.openai.com/v1/responses'), callsModel('/v1/responses', 'authorization')),
    weakenedBy: { path: REQUIREMENTS, from: 'plugins=false', to: '' },
  },
  {
    id: 'codex-8',
    title: 'the runtime accepts its own configuration before the agent starts',
    script: '/opt/agent/run check',
    problems: endsWell,
    weakenedBy: { path: MANAGED, from: 'web_search=', to: 'web_serch=' },
  },
];
