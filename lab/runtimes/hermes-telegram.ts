import type { RuntimeCheck } from './check';
import { botWorks, strangersGetCodes } from './common-checks';
import { all } from './conditions';
import { waiting, whileRunning } from './scripts';
import { GROUP, keepsFromModel, message, PERSON, STRANGER, saying, sent, writes } from './telegram';

/** Parts of its bot's messages: to an unpaired person, once to a paired one, and of the model's answer. */
const CODE = 'pairing code';
const HOME = 'No home channel is set';
const ANSWER = 'answers';
/** A message that its owner sends with it. */
const APPROVED = 'approved';

/** Approves the first person with the code that only this person got; runs the commands if that succeeds. */
const paired = (
  commands: string,
) => `code=$(${message(1)} | sed -n 's/.*approve telegram \\([A-Z0-9]*\\).*/\\1/p')
if /opt/agent/run pairing approve telegram "$code"; then
${saying(PERSON, APPROVED)}
${commands}
fi`;

/** Hermes with `preset: telegram`: whom it answers, and whom it doesn't. */
export const HERMES_TELEGRAM_CHECKS: readonly RuntimeCheck[] = [
  botWorks(
    'hermes-12',
    120,
    'a greeting for hermes',
    "grep -qs 'telegram failed to connect' .hermes/logs/gateway.log",
  ),
  strangersGetCodes('hermes-13', 120, ['a stranger asks hermes', 'another stranger asks hermes'], CODE, {
    path: '/etc/hermes/.env',
    from: 'TELEGRAM_ALLOW_ALL_USERS=',
    to: 'TELEGRAM_ALLOW_ALL_USERS=true',
  }),
  {
    id: 'hermes-14',
    title: 'after its owner approves a person with the pairing code, the model answers that person',
    messages: [
      { text: 'to hermes while unknown', from: PERSON },
      { text: 'to hermes once known', from: PERSON, after: 2 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(4)))),
    seconds: 120,
    problems: all(writes(PERSON, CODE, APPROVED, HOME, ANSWER), keepsFromModel('to hermes while unknown')),
    weakenedBy: {
      path: '/etc/hermes/.env',
      from: 'TELEGRAM_ALLOW_ALL_USERS=',
      to: 'TELEGRAM_ALLOW_ALL_USERS=true',
    },
  },
  {
    id: 'hermes-15',
    title: 'in a group its bot answers only paired people who mention it',
    messages: [
      { text: 'a wish to be let in by hermes', from: PERSON },
      { text: 'somebody paired without a mention', from: PERSON, group: GROUP, after: 2 },
      { text: 'a stranger who mentions hermes', from: STRANGER, group: GROUP, mentions: true },
      { text: 'somebody paired who mentions hermes', from: PERSON, group: GROUP, mentions: true },
      // When this is answered, it has handled the messages in the group.
      { text: 'to hermes in private at last', from: PERSON, after: 4 },
    ],
    script: whileRunning(sent(1), paired(waiting(sent(6)))),
    seconds: 120,
    problems: all(
      writes(GROUP, HOME, ANSWER),
      writes(PERSON, CODE, APPROVED, HOME, ANSWER),
      keepsFromModel('somebody paired without a mention', 'a stranger who mentions hermes'),
    ),
    weakenedBy: {
      path: '/etc/airlock/runtime.env',
      from: 'REQUIRE_MENTION=true',
      to: 'REQUIRE_MENTION=false',
    },
  },
];
