import type { Edit, RuntimeCheck } from './check';
import {
  all,
  asksFor,
  callsModel,
  carriesDirectives,
  eachAnswer,
  endsWell,
  neverSays,
  says,
} from './conditions';
import { HERMES_TELEGRAM_CHECKS } from './hermes-telegram';
import { answer, calling, quoted, whileRunning } from './scripts';

const CONFIG = '/etc/hermes/config.yaml';
const ENV = '/etc/hermes/.env';
const RUN = '/opt/agent/run';
const HELD = '$U/agent.service.d/held.conf';

/** Commands that the configuration denies even with an approval. */
const DENIED = ['curl https://api.example.com', 'git push --force', 'bash -c "rm -rf work"'];

export const hermesAsks = (prompt: string) => `/opt/agent/run chat -Q -q ${quoted(prompt)}\n`;

/** Shell condition: the gateway is up. */
export const HERMES_READY = `grep -qs '"gateway_state":"running"' .hermes/gateway_state.json`;

const command = (words: string) => calling('terminal', { command: words });

/** Asks each question in its own conversation and prints the numbered answers. */
const asking = (...prompts: readonly string[]) =>
  prompts.map((prompt, index) => answer(index + 1, hermesAsks(prompt))).join('');

/** The daily deletion of transcripts. */
const TRANSCRIPTS = '$U/airlock-transcripts.service';
const PRUNE = "sed -n 's/^ExecStart=\\(.opt\\)/\\1/p' /opt/airlock-transcripts.service | sh";

const database = (statement: string) =>
  `python3 -c 'import sqlite3; db = sqlite3.connect(".hermes/state.db", isolation_level=None); print("rows:", db.execute("${statement}").fetchall())'`;

/** The tools of a builder. */
const withTerminal: Edit = { path: CONFIG, from: ', terminal, cronjob, delegation', to: '' };

/** The same, with a wait of five seconds instead of a minute for an approval. */
const soonRefused: Edit = {
  ...withTerminal,
  and: { path: CONFIG, from: 'mode: manual', to: 'mode: manual, timeout: 5' },
};

/** Text for the agent's own files that would replace the kit's managed settings by others without denied commands. */
const LOOSENED = 'printf "HERMES_MANAGED_DIR=/var/lib/agent/mine\\nHERMES_YOLO_MODE=1\\n"';
const mine = 'mkdir -p mine; printf "approvals: {mode: \\"off\\"}\\n" >mine/config.yaml\n';

export const HERMES_CHECKS: readonly RuntimeCheck[] = [
  {
    id: 'hermes-1',
    title:
      'the model answers a question; the real key reaches the model, and the machine holds a placeholder',
    script: hermesAsks('hello'),
    seconds: 120,
    problems: callsModel('/v1/messages', 'x-api-key'),
    weakenedBy: { path: '/etc/airlock/runtime.env', from: 'ANTHROPIC_API_KEY', to: 'NO_API_KEY' },
  },
  {
    id: 'hermes-2',
    title: 'the directives reach the model as SOUL.md',
    script: hermesAsks('hello'),
    problems: carriesDirectives,
    weakenedBy: {
      path: RUN,
      from: ' SOUL.md;',
      to: ';',
      and: {
        path: HELD,
        from: ' /etc/hermes/SOUL.md:/var/lib/agent/.hermes/SOUL.md',
        to: '',
      },
    },
  },
  {
    id: 'hermes-3',
    title: 'denied commands are denied, even if the model calls them',
    script: asking(...DENIED.map(command)),
    seconds: 180,
    problems: eachAnswer(DENIED.length, 'BLOCKED: this command matches'),
    assumed: soonRefused,
    weakenedBy: { path: CONFIG, from: ', deny: [', to: ', deny_not: [' },
  },
  {
    id: 'hermes-4',
    title: 'allowed commands run; a command that needs an approval does not run without one',
    script: asking(command('echo it ran'), command('python3 -c "print(6 * 7)"')),
    seconds: 180,
    problems: all(says('"output": "it ran"'), says('BLOCKED: User denied this command')),
    assumed: soonRefused,
    weakenedBy: { path: CONFIG, from: 'mode: manual', to: 'mode: "off"' },
  },
  {
    id: 'hermes-5',
    title: 'a reader has no tool that runs commands, and no agent has one that runs code',
    script: asking('hello'),
    problems: ({ model }) => {
      const tools = model.flatMap((call) => call.tools);
      const runs = ['terminal', 'process', 'execute_code', 'cronjob', 'delegate_task'].filter((tool) =>
        tools.includes(tool),
      );
      return [
        ...(tools.includes('read_file') ? [] : ['it has no tools']),
        ...runs.map((tool) => `it has ${tool}`),
      ];
    },
    weakenedBy: withTerminal,
  },
  {
    id: 'hermes-6',
    title: 'the agent can neither change nor replace nor move the files that Hermes reads at every turn',
    script: `/opt/agent/run check
for file in .env config.yaml SOUL.md; do
  echo x >>.hermes/$file && echo "changed $file"
  rm -f .hermes/$file && echo "removed $file"
  mv -f .hermes .elsewhere && echo 'moved the directory'
done
cmp .hermes/.env ${ENV} && cmp .hermes/config.yaml ${CONFIG} && echo as it was`,
    problems: all(says('as it was'), neverSays('changed '), neverSays('removed '), neverSays('moved ')),
    weakenedBy: { path: HELD },
  },
  {
    id: 'hermes-7',
    title: "another profile in the agent's home changes nothing",
    script: `${mine}mkdir -p .hermes/profiles/mine
${LOOSENED} >.hermes/profiles/mine/.env
echo mine >.hermes/active_profile
${asking(command('wget --version'))}`,
    problems: eachAnswer(1, 'BLOCKED: this command matches'),
    assumed: withTerminal,
    weakenedBy: { path: RUN, from: ' -p default', to: '' },
  },
  {
    id: 'hermes-8',
    title: 'no other file of the agent can set the place of the managed settings',
    script: `${mine}mkdir -p .hermes
${LOOSENED} >.hermes/.op.env
${asking(command('wget --version'))}`,
    problems: eachAnswer(1, 'BLOCKED: this command matches'),
    assumed: {
      ...withTerminal,
      and: {
        path: HELD,
        from: ' /etc/hermes/config.yaml:/var/lib/agent/.hermes/config.yaml',
        to: '',
        and: { path: RUN, from: ' config.yaml', to: '' },
      },
    },
    weakenedBy: { path: ENV, from: 'HERMES_MANAGED_DIR=/etc/hermes\n', to: '' },
  },
  {
    id: 'hermes-9',
    title:
      'besides its model it requests prices, model lists and its own update; the proxy box refuses them without harm',
    script: hermesAsks(command('echo it ran')),
    problems: all(
      asksFor(
        'GET pypi.org/pypi/hermes-agent/json',
        'GET models.dev/api.json',
        'GET openrouter.ai/api/v1/models',
        'GET api.anthropic.com/models',
        'GET api.anthropic.com/v1/models',
        'POST api.anthropic.com/v1/messages',
      ),
      says('"output": "it ran"'),
    ),
    assumed: withTerminal,
    weakenedBy: { path: CONFIG, from: 'tirith_enabled: false', to: 'tirith_enabled: true' },
  },
  {
    id: 'hermes-10',
    title: 'without a channel the gateway runs and listens on nothing',
    script: whileRunning(
      HERMES_READY,
      'ss -Hltun | sed "s/^/listens: /"; grep -o "Gateway will continue running.*" .hermes/logs/gateway.log',
    ),
    problems: all(says('Gateway will continue'), neverSays('listens: ')),
    weakenedBy: {
      path: '/etc/airlock/runtime.env',
      from: 'export ANTHROPIC',
      to: 'export API_SERVER_ENABLED=true API_SERVER_KEY=not-a-real-key-of-the-api-server\nexport ANTHROPIC',
    },
  },
  {
    id: 'hermes-11',
    title: 'the runtime accepts its own configuration before the agent starts',
    script: '/opt/agent/run check',
    problems: endsWell,
    weakenedBy: { path: CONFIG, from: 'approvals: {', to: 'approvals: [' },
  },
  {
    id: 'hermes-16',
    title: 'ended conversations are deleted from its database at the configured age, and not before',
    script: `${hermesAsks('hello')}${database('SELECT count(*) FROM sessions')}
${PRUNE}
${database('SELECT count(*) FROM sessions')}
${database('UPDATE sessions SET started_at = started_at - 15 * 86400, ended_at = started_at')}
${PRUNE}
${database('SELECT count(*) FROM sessions')}`,
    seconds: 90,
    problems: ({ output }) =>
      output.match(/^rows: .*$/gm)?.join() === 'rows: [(1,)],rows: [(1,)],rows: [],rows: [(0,)]'
        ? []
        : [output],
    weakenedBy: { path: TRANSCRIPTS, from: ' sessions prune ', to: ' sessions list ' },
  },
  {
    id: 'hermes-17',
    title: 'a command of the owner beside the gateway removes nothing that the unit has mounted',
    script: `mkdir .hermes && touch .hermes/.env && /opt/agent/run pairing list && [ ! -L .hermes/.env ] && echo left alone`,
    problems: says('left alone'),
    // The owner's command runs outside the unit's mounts: it sees empty files.
    assumed: { path: HELD },
    weakenedBy: { path: RUN, from: '[ $# != 0 ] || for', to: 'for' },
  },
  ...HERMES_TELEGRAM_CHECKS,
];
