import type { Edit, RuntimeCheck } from './check';
import { all, callsModel, carriesDirectives } from './conditions';
import { jobs, whileRunning } from './scripts';
import { callsTelegram, keepsFromModel, PERSON, STRANGER, sent, writes } from './telegram';

/** @param variable the environment variable that holds the runtime's placeholder for its model's key */
export function answersJob(id: string, path: string, header: string, variable: string): RuntimeCheck {
  return {
    id,
    title: 'the model answers a job; the real key reaches the model, and the machine holds a placeholder',
    script: jobs(['hello']),
    problems: callsModel(path, header),
    weakenedBy: { path: '/etc/airlock/runtime.env', from: variable, to: 'NO_API_KEY' },
  };
}

/** @param as in which form the directives reach the model */
export function readsDirectives(id: string, as: string, weakenedBy: Edit): RuntimeCheck {
  return {
    id,
    title: `the directives reach the model as ${as}`,
    script: jobs(['hello']),
    problems: carriesDirectives,
    weakenedBy,
  };
}

/** A bot of Telegram: `text` is a stranger's message, and `failed` is shell that succeeds when the bot can't start. */
export function botWorks(id: string, seconds: number, text: string, failed: string): RuntimeCheck {
  return {
    id,
    title:
      'its Telegram bot works through the proxy box; the real token reaches Telegram, and the machine holds a placeholder',
    messages: [{ text, from: STRANGER }],
    script: whileRunning(`${sent(1)} || ${failed}`, ''),
    seconds,
    problems: callsTelegram('getMe', 'deleteWebhook', 'setMyCommands', 'getUpdates', 'sendMessage'),
    weakenedBy: { path: '/etc/airlock/runtime.env', from: '123456:place;holder', to: '123456:placeholder' },
  };
}

/** @param code text of the bot's message to a person whom nobody approved */
export function strangersGetCodes(
  id: string,
  seconds: number,
  [first, second]: readonly [string, string],
  code: string,
  weakenedBy: Edit,
): RuntimeCheck {
  return {
    id,
    title: 'a stranger who writes to its bot gets a pairing code, and the text never reaches the model',
    messages: [
      { text: first, from: STRANGER },
      { text: second, from: PERSON, after: 1 },
    ],
    script: whileRunning(sent(2), ''),
    seconds,
    problems: all(writes(STRANGER, code), writes(PERSON, code), keepsFromModel(first, second)),
    weakenedBy,
  };
}
