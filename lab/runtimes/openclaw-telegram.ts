import { REPLY, type RuntimeCheck, type Seen } from './check';
import { botWorks, strangersGetCodes } from './common-checks';
import { all } from './conditions';
import { waiting, whileRunning } from './scripts';
import { GROUP, keepsFromModel, PERSON, STRANGER, sent, writes } from './telegram';

const CONFIG = '/etc/airlock/openclaw.json';
const SETTINGS = '/etc/airlock/settings.json';

/** Its message to an unpaired person, and to a person who was just paired. */
const CODE = 'Pairing code:';
const APPROVED = 'access approved';

/** Approves the first person, as the owner does on the agent's host; runs the commands if that succeeds. */
const paired = (commands: string) => `code=$(/opt/agent/run pairing list telegram --json |
  sed -n 's/.*"code": *"\\([A-Z0-9]*\\)".*/\\1/p')
if /opt/agent/run pairing approve telegram "$code" --notify; then
${commands}
fi`;

/** Each call in which the model may use tools contains one of these texts. */
const actsOnlyFor =
  (...texts: readonly string[]) =>
  ({ model }: Seen): readonly string[] =>
    model
      .filter(({ tools, found }) => tools.length > 0 && !texts.some((text) => found.includes(text)))
      .map(({ found }) => `the model was called for ${JSON.stringify(found)}`);

/** OpenClaw with `preset: telegram`: whom it answers and whom it doesn't. */
export const OPENCLAW_TELEGRAM_CHECKS: readonly RuntimeCheck[] = [
  botWorks('openclaw-11', 180, 'hello to the bot', "grep -qs 'deleteWebhook failed' /tmp/openclaw/*.log"),
  strangersGetCodes('openclaw-12', 180, ['a stranger begins', 'another stranger begins'], CODE, {
    path: SETTINGS,
    from: '"dmPolicy":"pairing"',
    to: '"dmPolicy":"open","allowFrom":["*"]',
  }),
  {
    id: 'openclaw-13',
    title: 'after its owner approves a person on the host, that person is told, and the model answers',
    messages: [
      { text: 'before the approval', from: PERSON },
      { text: 'after the approval', from: PERSON, after: 2 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(3)))),
    seconds: 240,
    problems: all(writes(PERSON, CODE, APPROVED, REPLY), keepsFromModel('before the approval')),
    // OpenClaw would write the first approved person into its configuration as the owner of all commands, and can't.
    weakenedBy: { path: CONFIG, from: ',"ownerAllowFrom":["telegram:0"]', to: '' },
  },
  {
    id: 'openclaw-14',
    title: 'in a group its bot answers nobody, not even a paired person who mentions it or replies to it',
    messages: [
      { text: 'a request to be paired', from: PERSON },
      { text: 'somebody paired in the group', from: PERSON, group: GROUP, mentions: true, after: 2 },
      { text: 'a stranger in the group', from: STRANGER, group: GROUP, mentions: true },
      { text: 'a reply in the group', from: PERSON, group: GROUP, repliesToBot: true },
      // When these two are answered, one after the other, it has handled the messages in the group.
      { text: 'then in private', from: PERSON },
      { text: 'and again in private', from: PERSON, after: 3 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(4)))),
    seconds: 240,
    problems: all(
      writes(PERSON, CODE, APPROVED, REPLY, REPLY),
      writes(GROUP),
      keepsFromModel('somebody paired in the group', 'a stranger in the group', 'a reply in the group'),
    ),
    weakenedBy: { path: SETTINGS, from: '"groupPolicy":"allowlist"', to: '"groupPolicy":"open"' },
  },
  {
    id: 'openclaw-15',
    title: 'if a group is allowed, its bot answers only those who mention it or reply to it',
    messages: [
      { text: 'said without a mention', from: STRANGER, group: GROUP },
      { text: 'said with a mention', from: PERSON, group: GROUP, mentions: true },
      { text: 'said again without one', from: STRANGER, group: GROUP, after: 1 },
      { text: 'said in reply', from: PERSON, group: GROUP, repliesToBot: true },
    ],
    script: whileRunning(sent(2), ''),
    seconds: 180,
    problems: all(writes(GROUP, REPLY, REPLY), actsOnlyFor('said with a mention', 'said in reply')),
    assumed: { path: SETTINGS, from: '"groupPolicy":"allowlist"', to: '"groupPolicy":"open"' },
    weakenedBy: { path: SETTINGS, from: '"requireMention":true', to: '"requireMention":false' },
  },
];
