// Stand-in for Telegram's Bot API, for the lab: one bot, and people whose messages come from a list.
//
//   node telegram-api.mjs --log FILE [--host 127.0.0.1] [--port 0] [--token-sha256 HEX]... [--cert PEM --key PEM]
//
// It prints `listening PORT` once it answers. Each line of its standard input is a JSON list of messages, which replaces
// the list before and its state; it then prints `loaded N`. A message is
// `{ text, from, group?, mentions?, repliesToBot?, after? }`: numbers for the person and the group, true if it mentions
// the bot or replies to it. The bot gets it after the message before, and after it has sent `after` messages itself.
//
// It writes one line of JSON per request to FILE, with the first 12 hex digits of the token's SHA-256, never the token.
// With --token-sha256 (64 hex digits) it answers any other token with 401, as Telegram does.
//
// `getFile` lets a test wait for the bot: `file_id` `sent-N` exists once the bot has sent N messages, and its `file_path`
// is the text of message N.
import { createInterface } from 'node:readline';
import { flags, listen, sha256, textOf, writeDown } from './server.mjs';

const MAX_BODY = 1024 * 1024;
/** Telegram's own most, in seconds. */
const MAX_POLL = 50;

const values = flags({ 'token-sha256': { type: 'string', multiple: true, default: [] } });

const BOT = { id: 123456, is_bot: true, first_name: 'Agent', username: 'airlock_lab_bot' };

/** The messages, how many of them the bot has received, the texts it has sent; and the poll that waits. */
let state = { messages: [], taken: 0, sent: [] };
let waiting;

const now = () => Math.floor(Date.now() / 1000);

function chatOf(id) {
  return id < 0 ? { id, type: 'supergroup', title: 'Group' } : { id, type: 'private', first_name: 'Person' };
}

/** Telegram's mark for the bot's name or a command at the start of a text. */
function markedIn(text) {
  const [mark] = /^[@/]\w+/.exec(text) ?? [];
  if (mark === undefined) return {};
  return {
    entities: [{ type: mark[0] === '@' ? 'mention' : 'bot_command', offset: 0, length: mark.length }],
  };
}

/** The update of a message; its id is its place plus one. */
function updateOf({ text: words, from, group, mentions, repliesToBot }, place) {
  const chat = chatOf(group ?? from);
  const text = mentions ? `@${BOT.username} ${words}` : words;
  return {
    update_id: place + 1,
    message: {
      message_id: 1000 + place,
      from: { id: from, is_bot: false, first_name: 'Person' },
      chat,
      date: now(),
      text,
      ...markedIn(text),
      ...(repliesToBot && {
        reply_to_message: { message_id: 1, from: BOT, chat, date: now(), text: 'The bot said this.' },
      }),
    },
  };
}

/** The next update, if it is due. */
function due() {
  const message = state.messages[state.taken];
  return message !== undefined && state.sent.length >= (message.after ?? 0)
    ? [updateOf(message, state.taken)]
    : [];
}

/** Answers the waiting poll once there is an update, or when its time is over. */
function wake(isOver = false) {
  if (waiting === undefined) return;
  const updates = due();
  if (updates.length > 0 || isOver) waiting(fine(updates));
}

const fine = (result) => [200, { ok: true, result }];
const refused = (code, description) => [code, { ok: false, error_code: code, description }];

function getUpdates({ offset, timeout }, response) {
  waiting?.(refused(409, 'Conflict: terminated by other getUpdates request'));
  // A bot confirms an update by asking for the next one.
  state.taken = Math.max(state.taken, Math.min(Number(offset ?? 0) - 1, state.messages.length));
  const updates = due();
  const seconds = Math.min(Number(timeout ?? 0), MAX_POLL);
  if (updates.length > 0 || !(seconds > 0)) return fine(updates);
  return new Promise((resolve) => {
    const timer = setTimeout(() => wake(true), seconds * 1000);
    const answer = (result) => {
      clearTimeout(timer);
      if (waiting === answer) waiting = undefined;
      resolve(result);
    };
    waiting = answer;
    response.once('close', () => answer(fine([])));
  });
}

function message({ chat_id, message_id, text }) {
  const chat = chatOf(Number(chat_id));
  return fine({
    message_id: Number(message_id ?? 5000 + state.sent.length),
    from: BOT,
    chat,
    date: now(),
    text,
  });
}

function sendMessage(body) {
  state.sent.push(body.text);
  wake();
  return message(body);
}

function getFile({ file_id }) {
  const [, count] = /^sent-(\d+)$/.exec(file_id ?? '') ?? [];
  return count !== undefined && state.sent.length >= Number(count)
    ? fine({ file_id, file_unique_id: file_id, file_path: state.sent[Number(count) - 1] })
    : refused(400, 'Bad Request: invalid file_id');
}

const agreed = () => fine(true);

const ANSWERS = {
  getMe: () => fine({ ...BOT, can_join_groups: true, can_read_all_group_messages: true }),
  getUpdates,
  getFile,
  sendMessage,
  editMessageText: message,
  getWebhookInfo: () => fine({ url: '', has_custom_certificate: false, pending_update_count: 0 }),
  getMyCommands: () => fine([]),
  getChat: ({ chat_id }) => fine({ ...chatOf(Number(chat_id)), accent_color_id: 0, max_reaction_count: 0 }),
  getChatMember: ({ user_id }) =>
    fine({ status: 'member', user: { id: Number(user_id), is_bot: false, first_name: 'Person' } }),
  deleteWebhook: agreed,
  setMyCommands: agreed,
  deleteMyCommands: agreed,
  setMyDescription: agreed,
  setMyShortDescription: agreed,
  sendChatAction: agreed,
  sendMessageDraft: agreed,
  setMessageReaction: agreed,
  deleteMessage: agreed,
  answerCallbackQuery: agreed,
};

/** The parameters of a call: Telegram accepts a query, a form or JSON. */
async function parametersOf(request, query) {
  const body = await textOf(request, MAX_BODY);
  if (body === undefined) return undefined;
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/json')) {
    const form = type.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(body) : [];
    return { ...Object.fromEntries(query), ...Object.fromEntries(form) };
  }
  try {
    const parsed = JSON.parse(body || '{}');
    return typeof parsed === 'object' ? (parsed ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

async function serve(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://api');
  const [, token, call] = /^\/bot([^/]+)\/(\w+)$/.exec(decodeURIComponent(pathname)) ?? [];
  const parameters = await parametersOf(request, searchParams);
  const isKnown =
    values['token-sha256'].length === 0 ||
    (token !== undefined && values['token-sha256'].includes(sha256(token)));
  const [status, answer] = !isKnown
    ? refused(401, 'Unauthorized')
    : !Object.hasOwn(ANSWERS, call ?? '')
      ? refused(404, 'Not Found')
      : parameters === undefined
        ? refused(400, 'Bad Request: no JSON, or too much of it')
        : await ANSWERS[call](parameters, response);
  const line = {
    host: request.headers.host,
    call: call ?? '',
    ...(token !== undefined && { credential: sha256(token).slice(0, 12) }),
    ...(parameters?.chat_id !== undefined && { chat: Number(parameters.chat_id) }),
    ...(typeof parameters?.text === 'string' && { text: parameters.text }),
    status,
  };
  writeDown(values, line);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  state = { messages: JSON.parse(line), taken: 0, sent: [] };
  wake();
  process.stdout.write(`loaded ${state.messages.length}\n`);
});
listen(values, serve);
