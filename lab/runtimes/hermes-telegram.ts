import type { RuntimeCheck } from './check';
import { all } from './judging';
import { waiting, whileRunning } from './scripts';
import {
  callsTelegram,
  GROUP,
  keepsFromModel,
  message,
  PERSON,
  STRANGER,
  saying,
  sent,
  writes,
} from './telegram';

/** What its bot writes to who is not paired, once to who is, and of the answer of the model what no mark splits. */
const CODE = 'pairing code';
const HOME = 'No home channel is set';
const ANSWER = 'answers';
/** What its owner has it write. */
const APPROVED = 'approved';

/** Approves who wrote first, by the code that only this person has from the bot, and goes on if that ended well. */
const paired = (
  commands: string,
) => `code=$(${message(1)} | sed -n 's/.*approve telegram \\([A-Z0-9]*\\).*/\\1/p')
if /opt/agent/run pairing approve telegram "$code"; then
${saying(PERSON, APPROVED)}
${commands}
fi`;

/** Hermes with `preset: telegram`: whom it answers, and whom it doesn't. */
export const HERMES_TELEGRAM_CHECKS: readonly RuntimeCheck[] = [
  {
    id: 'hermes-12',
    title:
      'its Telegram bot works through the door, with the real token at Telegram and a placeholder on the machine',
    messages: [{ text: 'a greeting for hermes', from: STRANGER }],
    script: whileRunning(`${sent(1)} || grep -qs 'telegram failed to connect' .hermes/logs/gateway.log`, ''),
    seconds: 120,
    wrong: callsTelegram('getMe', 'deleteWebhook', 'setMyCommands', 'getUpdates', 'sendMessage'),
    bites: { path: '/etc/airlock/runtime.env', from: '123456:place;holder', to: '123456:placeholder' },
  },
  {
    id: 'hermes-13',
    title: 'strangers who write to its bot get a pairing code, and what they say never reaches the model',
    messages: [
      { text: 'a stranger asks hermes', from: STRANGER },
      { text: 'another stranger asks hermes', from: PERSON, after: 1 },
    ],
    script: whileRunning(sent(2), ''),
    seconds: 120,
    wrong: all(
      writes(STRANGER, CODE),
      writes(PERSON, CODE),
      keepsFromModel('a stranger asks hermes', 'another stranger asks hermes'),
    ),
    bites: {
      path: '/etc/hermes/.env',
      from: 'TELEGRAM_ALLOW_ALL_USERS=',
      to: 'TELEGRAM_ALLOW_ALL_USERS=true',
    },
  },
  {
    id: 'hermes-14',
    title: 'whom its owner approves by the code that this person has is answered by the model from then on',
    messages: [
      { text: 'to hermes while unknown', from: PERSON },
      { text: 'to hermes once known', from: PERSON, after: 2 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(4)))),
    seconds: 120,
    wrong: all(writes(PERSON, CODE, APPROVED, HOME, ANSWER), keepsFromModel('to hermes while unknown')),
    bites: {
      path: '/etc/hermes/.env',
      from: 'TELEGRAM_ALLOW_ALL_USERS=',
      to: 'TELEGRAM_ALLOW_ALL_USERS=true',
    },
  },
  {
    id: 'hermes-15',
    title: 'in a group its bot answers only paired people, and only when they mention it',
    messages: [
      { text: 'a wish to be let in by hermes', from: PERSON },
      { text: 'somebody paired without a mention', from: PERSON, group: GROUP, after: 2 },
      { text: 'a stranger who mentions hermes', from: STRANGER, group: GROUP, mentions: true },
      { text: 'somebody paired who mentions hermes', from: PERSON, group: GROUP, mentions: true },
      // By the time that this is answered it had done with the group.
      { text: 'to hermes in private at last', from: PERSON, after: 4 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(6)))),
    seconds: 120,
    wrong: all(
      writes(GROUP, HOME, ANSWER),
      writes(PERSON, CODE, APPROVED, HOME, ANSWER),
      keepsFromModel('somebody paired without a mention', 'a stranger who mentions hermes'),
    ),
    bites: { path: '/etc/airlock/runtime.env', from: 'REQUIRE_MENTION=true', to: 'REQUIRE_MENTION=false' },
  },
];
