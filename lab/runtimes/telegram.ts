import { TELEGRAM_PLACEHOLDER } from '../../constructs/agent-host/runtimes/channels';
import type { Seen } from './check';

/** Numbers of people and of a group; a group's is negative. */
export const PERSON = 4001;
export const STRANGER = 4002;
export const GROUP = -1004003;

const ADDRESS = `https://api.telegram.org/bot${TELEGRAM_PLACEHOLDER}`;

/** Shell condition: the bot has sent this many messages, according to Telegram's stand-in. */
export function sent(count: number): string {
  return `${message(count)} | grep -q '"ok":true'`;
}

/** Shell that prints the bot's message with this number, as its receiver sees it. */
export function message(number: number): string {
  return `curl -s '${ADDRESS}/getFile' -d file_id=sent-${number}`;
}

/** Shell that makes the bot send a text, as its owner would. */
export function saying(chat: number, text: string): string {
  return `curl -s '${ADDRESS}/sendMessage' -d chat_id=${chat} -d text=${text}`;
}

/** Telegram answered these calls; every call had the bot's real token, and no file on the agent's machine holds it. */
export const callsTelegram =
  (...calls: readonly string[]) =>
  ({ telegram, leaks, token }: Seen): readonly string[] => [
    ...calls
      .filter((each) => !telegram.some(({ call, status }) => call === each && status === 200))
      .map((each) => `${each} was never answered`),
    ...telegram
      .filter(({ credential }) => credential !== token)
      .map(({ call }) => `${call} was sent without the real token`),
    ...leaks.map((place) => `${place} holds a real credential`),
  ];

/** The bot wrote exactly these messages into the chat, in this order; each contains its text. */
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

/** None of these texts reached the model. */
export const keepsFromModel =
  (...texts: readonly string[]) =>
  ({ model }: Seen): readonly string[] =>
    texts
      .filter((text) => model.some(({ found }) => found.includes(text)))
      .map((text) => `the model got ${JSON.stringify(text)}`);
