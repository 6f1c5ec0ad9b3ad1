import { TELEGRAM_PLACEHOLDER } from '../../constructs/agent-host/runtimes/channels';
import type { Seen } from './check';

/** Who writes to a bot, and where they meet: a group's number is below zero. */
export const PERSON = 4001;
export const STRANGER = 4002;
export const GROUP = -1004003;

const ADDRESS = `https://api.telegram.org/bot${TELEGRAM_PLACEHOLDER}`;

/** Shell condition: the bot has sent this many messages. The stand-in for Telegram says so to whoever asks it. */
export function sent(count: number): string {
  return `${message(count)} | grep -q '"ok":true'`;
}

/** Shell that prints what the bot has sent, by the number of the message, as who got it would tell. */
export function message(number: number): string {
  return `curl -s '${ADDRESS}/getFile' -d file_id=sent-${number}`;
}

/** Shell by which the bot says something, as its owner would have it do. */
export function saying(chat: number, text: string): string {
  return `curl -s '${ADDRESS}/sendMessage' -d chat_id=${chat} -d text=${text}`;
}

/** Every call came to Telegram with the bot's real token, and nothing on the agent's machine holds it. */
export const callsTelegram =
  (...calls: readonly string[]) =>
  ({ telegram, leaks, token }: Seen): readonly string[] => [
    ...calls
      .filter((each) => !telegram.some(({ call, status }) => call === each && status === 200))
      .map((each) => `${each} was never answered`),
    ...telegram
      .filter(({ credential }) => credential !== token)
      .map(({ call }) => `${call} came without the real token`),
    ...leaks.map((place) => `${place} holds a real credential`),
  ];

/** What the bot wrote into each chat, in order: exactly this many messages, each with its text. */
export const writes =
  (chat: number, ...texts: readonly string[]) =>
  ({ telegram }: Seen): readonly string[] => {
    const written = telegram.flatMap((request) =>
      request.call === 'sendMessage' && request.chat === chat ? [request.text ?? ''] : [],
    );
    return written.length === texts.length && texts.every((text, index) => written[index]?.includes(text))
      ? []
      : [`it wrote ${JSON.stringify(written)} to ${chat}`];
  };

/** Nothing of these texts reached the model. */
export const keepsFromModel =
  (...texts: readonly string[]) =>
  ({ model }: Seen): readonly string[] =>
    texts
      .filter((text) => model.some(({ found }) => found.includes(text)))
      .map((text) => `the model was told ${JSON.stringify(text)}`);
