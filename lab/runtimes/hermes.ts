import type { Edit, RuntimeCheck } from './check';
import { HERMES_TELEGRAM_CHECKS } from './hermes-telegram';
import {
  all,
  asksFor,
  callsModel,
  carriesDirectives,
  eachAnswer,
  endsWell,
  neverSays,
  says,
} from './judging';
import { answer, calling, quoted, whileRunning } from './scripts';

const CONFIG = '/etc/hermes/config.yaml';
const ENV = '/etc/hermes/.env';
const RUN = '/opt/agent/run';
const HELD = '$U/agent.service.d/held.conf';

/** Commands that the configuration denies, whoever approves them. */
const DENIED = ['curl https://api.example.com', 'git push --force', 'bash -c "rm -rf work"'];

export const hermesAsks = (prompt: string) => `/opt/agent/run chat -Q -q ${quoted(prompt)}\n`;

/** Shell condition: the gateway is up. */
export const HERMES_READY = `grep -qs '"gateway_state":"running"' .hermes/gateway_state.json`;

const command = (words: string) => calling('terminal', { command: words });

/** Asks each question in a conversation of its own and prints the answers, each after a line with its number. */
const asking = (...prompts: readonly string[]) =>
  prompts.map((prompt, index) => answer(index + 1, hermesAsks(prompt))).join('');

/** What the daily timer has Hermes do. */
const TRANSCRIPTS = '$U/airlock-transcripts.service';
const PRUNE = "sed -n 's/^ExecStart=\\(.opt\\)/\\1/p' /opt/airlock-transcripts.service | sh";

const database = (statement: string) =>
  `python3 -c 'import sqlite3; db = sqlite3.connect(".hermes/state.db", isolation_level=None); print("rows:", db.execute("${statement}").fetchall())'`;

/** As a builder has it. */
const withTerminal: Edit = { path: CONFIG, from: ', terminal, cronjob, delegation', to: '' };

/** The same, where nobody's approval is waited for five seconds and not a minute. */
const soonRefused: Edit = {
  ...withTerminal,
  and: { path: CONFIG, from: 'mode: manual', to: 'mode: manual, timeout: 5' },
};

/** What its own files would have to say to undo the kit's: another managed scope, without a denied command. */
const LOOSENED = 'printf "HERMES_MANAGED_DIR=/var/lib/agent/mine\\nHERMES_YOLO_MODE=1\\n"';
const mine = 'mkdir -p mine; printf "approvals: {mode: \\"off\\"}\\n" >mine/config.yaml\n';

export const HERMES_CHECKS: readonly RuntimeCheck[] = [
  {
    id: 'hermes-1',
    title:
      'a question is answered by the model, with the real key at the model and a placeholder on the machine',
    script: hermesAsks('hello'),
    seconds: 60,
    wrong: callsModel('/v1/messages', 'x-api-key'),
    bites: { path: '/etc/airlock/runtime.env', from: 'ANTHROPIC_API_KEY', to: 'NO_API_KEY' },
  },
  {
    id: 'hermes-2',
    title: 'the directives reach the model as its SOUL.md',
    script: hermesAsks('hello'),
    seconds: 60,
    wrong: carriesDirectives,
    bites: {
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
    title: 'denied commands are denied when a model that does as it is told calls them',
    script: asking(...DENIED.map(command)),
    seconds: 180,
    wrong: eachAnswer(DENIED.length, 'BLOCKED: this command matches'),
    given: soonRefused,
    bites: { path: CONFIG, from: ', deny: [', to: ', deny_not: [' },
  },
  {
    id: 'hermes-4',
    title: 'what the machine is for is allowed, and what needs an approval that nobody gives is not',
    script: asking(command('echo it ran'), command('python3 -c "print(6 * 7)"')),
    seconds: 60,
    wrong: all(says('"output": "it ran"'), says('BLOCKED: User denied this command')),
    given: soonRefused,
    bites: { path: CONFIG, from: 'mode: manual', to: 'mode: "off"' },
  },
  {
    id: 'hermes-5',
    title: 'a reader has no tool that runs commands, and nobody has one that runs code',
    script: asking('hello'),
    seconds: 60,
    wrong: ({ model }) => {
      const tools = model.flatMap((call) => call.tools);
      const runs = ['terminal', 'process', 'execute_code', 'cronjob', 'delegate_task'].filter((tool) =>
        tools.includes(tool),
      );
      return [
        ...(tools.includes('read_file') ? [] : ['it has no tools']),
        ...runs.map((tool) => `it has ${tool}`),
      ];
    },
    bites: withTerminal,
  },
  {
    id: 'hermes-6',
    title:
      'what it reads again at every turn can be neither changed nor replaced nor moved away by the agent',
    script: `/opt/agent/run check
for file in .env config.yaml SOUL.md; do
  echo x >>.hermes/$file && echo "changed $file"
  rm -f .hermes/$file && echo "removed $file"
  mv -f .hermes .elsewhere && echo 'moved the directory'
done
cmp .hermes/.env ${ENV} && cmp .hermes/config.yaml ${CONFIG} && echo as it was`,
    seconds: 60,
    wrong: all(says('as it was'), neverSays('changed '), neverSays('removed '), neverSays('moved ')),
    bites: { path: HELD },
  },
  {
    id: 'hermes-7',
    title: 'another profile in the home of the agent changes nothing',
    script: `${mine}mkdir -p .hermes/profiles/mine
${LOOSENED} >.hermes/profiles/mine/.env
echo mine >.hermes/active_profile
${asking(command('wget --version'))}`,
    seconds: 60,
    wrong: eachAnswer(1, 'BLOCKED: this command matches'),
    given: withTerminal,
    bites: { path: RUN, from: ' -p default', to: '' },
  },
  {
    id: 'hermes-8',
    title: 'no other file of the agent can say where the managed settings are',
    script: `${mine}mkdir -p .hermes
${LOOSENED} >.hermes/.op.env
${asking(command('wget --version'))}`,
    seconds: 60,
    wrong: eachAnswer(1, 'BLOCKED: this command matches'),
    given: {
      ...withTerminal,
      and: {
        path: HELD,
        from: ' /etc/hermes/config.yaml:/var/lib/agent/.hermes/config.yaml',
        to: '',
        and: { path: RUN, from: ' config.yaml', to: '' },
      },
    },
    bites: { path: ENV, from: 'HERMES_MANAGED_DIR=/etc/hermes\n', to: '' },
  },
  {
    id: 'hermes-9',
    title:
      'beside its model it asks for prices, model lists and its own update, which the door refuses without harm',
    script: hermesAsks(command('echo it ran')),
    seconds: 60,
    wrong: all(
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
    given: withTerminal,
    bites: { path: CONFIG, from: 'tirith_enabled: false', to: 'tirith_enabled: true' },
  },
  {
    id: 'hermes-10',
    title: 'the gateway runs without a channel, and listens on nothing',
    script: whileRunning(
      HERMES_READY,
      'ss -Hltun | sed "s/^/listens: /"; grep -o "Gateway will continue running.*" .hermes/logs/gateway.log',
    ),
    seconds: 60,
    wrong: all(says('Gateway will continue'), neverSays('listens: ')),
    bites: {
      path: '/etc/airlock/runtime.env',
      from: 'export ANTHROPIC',
      to: 'export API_SERVER_ENABLED=true API_SERVER_KEY=not-a-real-key-of-the-api-server\nexport ANTHROPIC',
    },
  },
  {
    id: 'hermes-11',
    title: 'its configuration passes its own judgement before the agent starts',
    script: '/opt/agent/run check',
    seconds: 60,
    wrong: endsWell,
    bites: { path: CONFIG, from: 'approvals: {', to: 'approvals: [' },
  },
  {
    id: 'hermes-16',
    title:
      'conversations in its database that have ended are deleted once they are old enough, and not before',
    script: `${hermesAsks('hello')}${database('SELECT count(*) FROM sessions')}
${PRUNE}
${database('SELECT count(*) FROM sessions')}
${database('UPDATE sessions SET started_at = started_at - 15 * 86400, ended_at = started_at')}
${PRUNE}
${database('SELECT count(*) FROM sessions')}`,
    seconds: 90,
    wrong: ({ output }) =>
      output.match(/^rows: .*$/gm)?.join() === 'rows: [(1,)],rows: [(1,)],rows: [],rows: [(0,)]'
        ? []
        : [output],
    bites: { path: TRANSCRIPTS, from: ' sessions prune ', to: ' sessions list ' },
  },
  {
    id: 'hermes-17',
    title: 'a command of its owner beside the gateway takes nothing away that the unit has mounted',
    script: `mkdir .hermes && touch .hermes/.env && /opt/agent/run pairing list && [ ! -L .hermes/.env ] && echo left alone`,
    seconds: 60,
    wrong: says('left alone'),
    // The owner's command doesn't see what the unit has mounted: to it the files are empty.
    given: { path: HELD },
    bites: { path: RUN, from: '[ $# != 0 ] || for', to: 'for' },
  },
  ...HERMES_TELEGRAM_CHECKS,
];
