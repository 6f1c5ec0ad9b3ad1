// Stand-in for two model APIs, for the lab: Anthropic's messages and OpenAI's responses, streamed or whole.
//
// It acts like the worst model, which does whatever the conversation says: it answers a last user message with
// `tool: {"name": …, "input": …}` with that tool call, and any other message with text. So only the runtime can stop a
// command.
//
//   node model-api.mjs --log FILE [--host 127.0.0.1] [--port 0] [--key-sha256 HEX]... [--find TEXT]...
//     [--cert PEM --key PEM]
//
// It prints `listening PORT` once it answers. It writes one line of JSON per request to FILE, with the first 12 hex digits
// of the credential's SHA-256, never the credential, and with those --find texts that the request contains. With
// --key-sha256 (64 hex digits) any other credential is answered with 401.
import { flags, listen, sha256, textOf, writeDown } from './server.mjs';

const MAX_BODY = 16 * 1024 * 1024;

const values = flags({
  'key-sha256': { type: 'string', multiple: true, default: [] },
  find: { type: 'string', multiple: true, default: [] },
});

/** The credential of a request and its header: a Bearer token or an API key. */
function credentialOf(headers) {
  if (typeof headers['x-api-key'] === 'string') return { header: 'x-api-key', value: headers['x-api-key'] };
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '');
  if (bearer) return { header: 'authorization', value: bearer[1] };
  return undefined;
}

/** The last message of a conversation, without notes of the runtime: a tool's result, or text. */
function lastOf(messages) {
  const said = messages.filter(
    ({ role, type = 'message' }) =>
      role !== 'system' && role !== 'developer' && /^message$|_call_output$/.test(type),
  );
  const last = said.at(-1) ?? {};
  const parts = Array.isArray(last.content) ? last.content : [last];
  const result = parts.find((part) => /tool_result|_call_output$/.test(part.type ?? ''));
  if (result) return { result: flat(result.content ?? result.output) };
  return { text: flat(last.content) };
}

const flat = (content) =>
  Array.isArray(content)
    ? content.map((part) => part.text ?? '').join('\n')
    : typeof content === 'string'
      ? content
      : JSON.stringify(content ?? '');

/** The tool call in a text; its JSON ends where it first parses. */
function toolIn(text) {
  const start = text.lastIndexOf('tool: {');
  if (start < 0) return undefined;
  const json = text.slice(start + 6);
  for (let end = json.indexOf('}'); end >= 0; end = json.indexOf('}', end + 1)) {
    try {
      const { name, input } = JSON.parse(json.slice(0, end + 1));
      return typeof name === 'string' ? { name, input } : undefined;
    } catch {
      // Not complete yet.
    }
  }
  return undefined;
}

/** The model's next message: `{ tool }` or `{ text }`. */
function answerTo(messages) {
  const { text = '', result } = lastOf(messages);
  if (result !== undefined) return { text: `The tool said: ${result.slice(0, 2_000)}` };
  const tool = toolIn(text);
  return tool ? { tool } : { text: 'The stand-in answers.' };
}

function anthropic(body) {
  const answer = answerTo(body.messages ?? []);
  const block = answer.tool
    ? { type: 'tool_use', id: 'toolu_1', name: answer.tool.name, input: answer.tool.input }
    : { type: 'text', text: answer.text };
  const usage = { input_tokens: 1, output_tokens: 1 };
  const stop_reason = answer.tool ? 'tool_use' : 'end_turn';
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: body.model, stop_sequence: null };
  const whole = { ...message, content: [block], stop_reason, usage };
  const [empty, delta] = answer.tool
    ? [
        { ...block, input: {} },
        { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      ]
    : [
        { ...block, text: '' },
        { type: 'text_delta', text: block.text },
      ];
  const events = [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } },
    { type: 'content_block_start', index: 0, content_block: empty },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
  return { whole, events };
}

function openai(body) {
  const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : (body.input ?? []);
  const answer = answerTo(input);
  // A tool that takes text instead of an object, as with Codex's newer models, has another kind of call.
  const item = answer.tool
    ? typeof answer.tool.input === 'string'
      ? {
          type: 'custom_tool_call',
          id: 'ctc_1',
          call_id: 'call_1',
          namespace: 'functions',
          name: answer.tool.name,
          input: answer.tool.input,
          status: 'completed',
        }
      : {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'call_1',
          name: answer.tool.name,
          arguments: JSON.stringify(answer.tool.input),
          status: 'completed',
        }
    : {
        type: 'message',
        id: 'item_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: answer.text, annotations: [] }],
      };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const response = { id: 'resp_1', object: 'response', model: body.model, created_at: 0, output: [] };
  const whole = { ...response, status: 'completed', output: [item], usage };
  const at = { output_index: 0, item_id: item.id };
  const begun = { ...item, ...(item.content && { content: [] }), ...(item.arguments && { arguments: '' }) };
  const middle = answer.tool
    ? []
    : [{ type: 'response.output_text.delta', ...at, content_index: 0, delta: answer.text }];
  const events = [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    { type: 'response.output_item.added', output_index: 0, item: begun },
    ...middle,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: whole },
  ];
  return { whole, events };
}

/** Answers by path. */
const ANSWERS = {
  'POST /v1/messages': anthropic,
  'POST /v1/responses': openai,
  'POST /v1/messages/count_tokens': () => ({ whole: { input_tokens: 1 } }),
  'GET /v1/models': () => ({
    whole: { object: 'list', data: [], has_more: false, first_id: null, last_id: null },
  }),
};

function respond(response, status, { whole, events }, stream) {
  if (!stream || !events) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
    return;
  }
  response.writeHead(status, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

/** The tools that the model may call: beside the conversation, or inside it. */
function toolsOf(body) {
  const among = Array.isArray(body?.input) ? body.input.flatMap(({ tools }) => tools ?? []) : [];
  return [...(Array.isArray(body?.tools) ? body.tools : []), ...among];
}

const refusal = (type, message) => ({ whole: { type: 'error', error: { type, message } } });

async function bodyOf(request) {
  const text = await textOf(request, MAX_BODY);
  try {
    return text === undefined ? undefined : JSON.parse(text || '{}');
  } catch {
    return undefined;
  }
}

async function serve(request, response) {
  const body = await bodyOf(request);
  const path = request.url.split('?')[0];
  const credential = credentialOf(request.headers);
  const known =
    values['key-sha256'].length === 0 ||
    (credential !== undefined && values['key-sha256'].includes(sha256(credential.value)));
  const answer = ANSWERS[`${request.method} ${path}`];
  const [status, content] = !known
    ? [401, refusal('authentication_error', 'not the key that was expected')]
    : answer === undefined
      ? [404, refusal('not_found_error', 'the stand-in has no such path')]
      : body === undefined || body === null || typeof body !== 'object'
        ? [400, refusal('invalid_request_error', 'no JSON, or too much of it')]
        : [200, answer(body)];
  const line = {
    host: request.headers.host,
    method: request.method,
    path,
    ...(credential && {
      header: credential.header,
      credential: sha256(credential.value).slice(0, 12),
    }),
    ...(typeof body?.model === 'string' && { model: body.model }),
    stream: body?.stream === true,
    found: values.find.filter((text) => JSON.stringify(body ?? '').includes(text)),
    tools: toolsOf(body).map(({ name, type }) => name ?? type),
    status,
  };
  writeDown(values, line);
  respond(response, status, content, body?.stream === true);
}

listen(values, serve);
