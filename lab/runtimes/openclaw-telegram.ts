import { REPLY, type RuntimeCheck, type Seen } from './check';
import { all } from './judging';
import { waiting, whileRunning } from './scripts';
import { callsTelegram, GROUP, keepsFromModel, PERSON, STRANGER, sent, writes } from './telegram';

const CONFIG = '/etc/airlock/openclaw.json';
const SETTINGS = '/etc/airlock/settings.json';

/** What it writes to who is not paired, and to who has just been. */
const CODE = 'Pairing code:';
const APPROVED = 'access approved';

/** Approves who asked first, as the owner does on the agent's host, and goes on if that ended well. */
const paired = (commands: string) => `code=$(/opt/agent/run pairing list telegram --json |
  sed -n 's/.*"code": *"\\([A-Z0-9]*\\)".*/\\1/p')
if /opt/agent/run pairing approve telegram "$code" --notify; then
${commands}
fi`;

/** In each call in which the model may act, somebody had turned to the agent. */
const actsOnlyFor =
  (...texts: readonly string[]) =>
  ({ model }: Seen): readonly string[] =>
    model
      .filter(({ tools, found }) => tools.length > 0 && !texts.some((text) => found.includes(text)))
      .map(({ found }) => `the model was called for ${JSON.stringify(found)}`);

/** OpenClaw with `preset: telegram`: whom it answers, and whom it doesn't. */
export const OPENCLAW_TELEGRAM_CHECKS: readonly RuntimeCheck[] = [
  {
    id: 'openclaw-11',
    title:
      'its Telegram bot works through the door, with the real token at Telegram and a placeholder on the machine',
    messages: [{ text: 'hello to the bot', from: STRANGER }],
    script: whileRunning(`${sent(1)} || grep -qs 'deleteWebhook failed' /tmp/openclaw/*.log`, ''),
    seconds: 180,
    wrong: callsTelegram('getMe', 'deleteWebhook', 'setMyCommands', 'getUpdates', 'sendMessage'),
    bites: { path: '/etc/airlock/runtime.env', from: '123456:place;holder', to: '123456:placeholder' },
  },
  {
    id: 'openclaw-12',
    title: 'strangers who write to its bot get a pairing code, and what they say never reaches the model',
    messages: [
      { text: 'a stranger begins', from: STRANGER },
      { text: 'another stranger begins', from: PERSON, after: 1 },
    ],
    script: whileRunning(sent(2), ''),
    seconds: 180,
    wrong: all(
      writes(STRANGER, CODE),
      writes(PERSON, CODE),
      keepsFromModel('a stranger begins', 'another stranger begins'),
    ),
    bites: { path: SETTINGS, from: '"dmPolicy":"pairing"', to: '"dmPolicy":"open","allowFrom":["*"]' },
  },
  {
    id: 'openclaw-13',
    title: 'whom its owner approves on its host is told so, and from then on answered by the model',
    messages: [
      { text: 'before the approval', from: PERSON },
      { text: 'after the approval', from: PERSON, after: 2 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(3)))),
    seconds: 240,
    wrong: all(writes(PERSON, CODE, APPROVED, REPLY), keepsFromModel('before the approval')),
    // It would write the first one approved into its configuration as the owner of all commands, and can't.
    bites: { path: CONFIG, from: ',"ownerAllowFrom":["telegram:0"]', to: '' },
  },
  {
    id: 'openclaw-14',
    title: 'in a group its bot answers nobody, not even a paired person who mentions it or replies to it',
    messages: [
      { text: 'a request to be paired', from: PERSON },
      { text: 'somebody paired in the group', from: PERSON, group: GROUP, mentions: true, after: 2 },
      { text: 'a stranger in the group', from: STRANGER, group: GROUP, mentions: true },
      { text: 'a reply in the group', from: PERSON, group: GROUP, repliesToBot: true },
      // By the time that these two are answered, one after the other, it had done with the group.
      { text: 'then in private', from: PERSON },
      { text: 'and again in private', from: PERSON, after: 3 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(4)))),
    seconds: 240,
    wrong: all(
      writes(PERSON, CODE, APPROVED, REPLY, REPLY),
      writes(GROUP),
      keepsFromModel('somebody paired in the group', 'a stranger in the group', 'a reply in the group'),
    ),
    bites: { path: SETTINGS, from: '"groupPolicy":"allowlist"', to: '"groupPolicy":"open"' },
  },
  {
    id: 'openclaw-15',
    title: 'where a group is let in all the same, its bot answers only who mentions it or replies to it',
    messages: [
      { text: 'said without a mention', from: STRANGER, group: GROUP },
      { text: 'said with a mention', from: PERSON, group: GROUP, mentions: true },
      { text: 'said again without one', from: STRANGER, group: GROUP, after: 1 },
      { text: 'said in reply', from: PERSON, group: GROUP, repliesToBot: true },
    ],
    script: whileRunning(sent(2), ''),
    seconds: 180,
    wrong: all(writes(GROUP, REPLY, REPLY), actsOnlyFor('said with a mention', 'said in reply')),
    given: { path: SETTINGS, from: '"groupPolicy":"allowlist"', to: '"groupPolicy":"open"' },
    bites: { path: SETTINGS, from: '"requireMention":true', to: '"requireMention":false' },
  },
];
