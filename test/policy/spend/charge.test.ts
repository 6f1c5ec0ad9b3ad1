import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { readJson } from '../../../lib/policy/body/json';
import { chargeOf, type Metered } from '../../../lib/policy/gate/spend/charge';
import { modelCall } from '../../../lib/policy/gate/spend/vendors';
import { readRequest } from '../../../lib/warden/gate/messages';
import { requestMessage } from '../../warden/gate/fake-iron-proxy';

const ADDRESSES = {
  anthropic: 'api.anthropic.com/v1/messages',
  chat: 'api.openai.com/v1/chat/completions',
  responses: 'api.openai.com/v1/responses',
  openrouter: 'openrouter.ai/api/v1/chat/completions',
  converse:
    'bedrock-runtime.eu-west-1.amazonaws.com/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
  invoke: 'bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-8/invoke',
  nova: 'bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1:0/converse',
} as const;
type To = keyof typeof ADDRESSES;

function metered(
  to: To,
  body: object | string,
  noted = false,
  header = 'Accept',
): Metered & { bytes: number } {
  const [, host = '', url = ''] = /^([^/]+)(.*)$/.exec(ADDRESSES[to]) ?? [];
  const call = modelCall(
    readRequest(requestMessage({ method: 'POST', host, url, headers: { [header]: 'x' } })),
  );
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const read = readJson(Buffer.from(text));
  if (call?.kind !== 'charged' || !read.ok) throw new Error(`not charged: ${to}`);
  const bytes = Buffer.byteLength(text);
  return { ...chargeOf(call, read.value, bytes, noted), bytes };
}

function charged(to: To, body: object) {
  const found = metered(to, body);
  if (found.kind !== 'charge') throw new Error(`not bounded: ${found.what}`);
  return { ...found.charge, bytes: found.bytes };
}

const TEXT = [{ role: 'user', content: 'hello' }];
const PNG = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
const PDF = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } };

describe('the charge of a model request', () => {
  test.each<[string, To, object, Partial<{ more: number; input: number; output: number; listed: boolean }>]>([
    [
      'its bytes and the limit of output',
      'anthropic',
      { model: 'claude-sonnet-4-5-20250929', max_tokens: 9, messages: TEXT },
      { more: 1_000, output: 9, listed: true },
    ],
    [
      'the greater limit, where Converse has one of the model beside its own',
      'converse',
      { inferenceConfig: { maxTokens: 9 }, additionalModelRequestFields: { max_tokens: 999 }, messages: [] },
      { output: 999 },
    ],
    [
      'the longest input for a number of thinking tokens that is a text',
      'anthropic',
      {
        model: 'claude-haiku-4-5',
        max_tokens: 9,
        thinking: { type: 'enabled', budget_tokens: '5000' },
        messages: TEXT,
      },
      { output: 200_009 },
    ],
    [
      "the model's longest output without a limit",
      'anthropic',
      { model: 'claude-sonnet-4-5', messages: TEXT },
      { output: 64_000 },
    ],
    [
      'the same when the limit is no number of tokens',
      'anthropic',
      { model: 'claude-sonnet-4-5', max_tokens: 0.5, messages: TEXT },
      { output: 64_000 },
    ],
    [
      'the greater of two limits',
      'chat',
      { model: 'gpt-5.4', max_tokens: 5, max_completion_tokens: 9, messages: TEXT },
      { output: 9 },
    ],
    [
      'each answer that it asks for',
      'chat',
      { model: 'gpt-5.4', max_completion_tokens: 9, n: 3, messages: TEXT },
      { output: 27 },
    ],
    [
      'no limit under a name that the vendor does not read',
      'responses',
      { model: 'gpt-5.4', max_tokens: 9, input: 'hello' },
      { output: 128_000 },
    ],
    [
      'thinking beside the limit',
      'anthropic',
      {
        model: 'claude-opus-4-8',
        max_tokens: 9,
        thinking: { type: 'enabled', budget_tokens: 5_000 },
        messages: TEXT,
      },
      { output: 5_009 },
    ],
    [
      'an image as the largest',
      'anthropic',
      { model: 'claude-opus-4-8', max_tokens: 9, messages: [{ role: 'user', content: [PNG, PNG] }] },
      { more: 11_000 },
    ],
    [
      "a document as the model's longest input",
      'anthropic',
      { model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: [PDF] }] },
      { input: 200_000 },
    ],
    [
      'what the vendor holds as the longest input',
      'responses',
      { model: 'gpt-5', max_output_tokens: 9, previous_response_id: 'r' },
      { input: 272_000 },
    ],
    [
      'a reference to an item that the vendor holds, with or without its type',
      'responses',
      { model: 'gpt-5', max_output_tokens: 9, input: [{ id: 'msg_1' }, { id: 'msg_2', type: null }] },
      { input: 272_000 },
    ],
    [
      'a thought whose text the vendor holds',
      'responses',
      { model: 'gpt-5', max_output_tokens: 9, input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] },
      { input: 272_000 },
    ],
    [
      'a thought that the request has, and a message without a type, by their bytes',
      'responses',
      {
        model: 'gpt-5',
        max_output_tokens: 9,
        input: [{ type: 'reasoning', id: 'r', summary: [], encrypted_content: 'x' }, ...TEXT],
      },
      { more: 1_000 },
    ],
    [
      "names of a schema of the client's by their bytes",
      'responses',
      {
        model: 'gpt-5',
        max_output_tokens: 9,
        text: { format: { type: 'json_schema', schema: { properties: { container: {}, image: {} } } } },
      },
      { more: 1_000 },
    ],
    [
      'a conversation that Anthropic holds as the longest input',
      'anthropic',
      {
        model: 'claude-haiku-4-5',
        max_tokens: 9,
        messages: TEXT,
        thread: { type: 'continue', previous_message_id: 'm' },
      },
      { input: 200_000 },
    ],
    [
      "a tool of the vendor's with its instructions",
      'anthropic',
      {
        model: 'claude-opus-4-8',
        max_tokens: 9,
        messages: TEXT,
        tools: [
          { type: 'bash_20250124', name: 'bash' },
          { name: 'own', input_schema: { type: 'image' } },
        ],
      },
      { more: 6_000 },
    ],
    [
      'an unlisted model',
      'openrouter',
      { model: 'new/model', max_tokens: 9, messages: TEXT },
      { listed: false, output: 272_000 },
    ],
    [
      'all models of which the vendor chooses',
      'openrouter',
      { models: ['anthropic/claude-sonnet-4.5', 'openai/gpt-5.4'], max_tokens: 9, messages: TEXT },
      { output: 18, listed: true },
    ],
    [
      'a variant at a higher price',
      'openrouter',
      { model: 'openai/gpt-4o:extended', messages: TEXT },
      { listed: false },
    ],
    [
      "Bedrock's name of a model, from the path",
      'converse',
      { inferenceConfig: { maxTokens: 9 }, messages: [{ role: 'user', content: [{ text: 'x' }] }] },
      { output: 9, listed: true },
    ],
    [
      "a limit in the other API's words, which this one ignores",
      'converse',
      { max_tokens: 9, messages: [] },
      { output: 64_000 },
    ],
    [
      'a limit of which nothing says that the model keeps it',
      'nova',
      { inferenceConfig: { maxTokens: 9 }, messages: [] },
      { output: 10_000 },
    ],
  ])('counts %s', (_, to, body, expected) => {
    const { bytes, inputTokens, outputTokens, listed } = charged(to, body);
    const { more, input, output, listed: isListed } = expected;
    expect({ inputTokens, outputTokens, listed }).toEqual({
      inputTokens: input ?? (more === undefined ? inputTokens : bytes + more),
      outputTokens: output ?? outputTokens,
      listed: isListed ?? listed,
    });
  });

  /** In USD per million tokens, by the vendors' price pages of November 2026. */
  test.each<[string, To, object, readonly [number, number]]>([
    ['the price, and inference in the US', 'anthropic', { model: 'claude-sonnet-4-6' }, [3 * 1.1, 15 * 1.1]],
    [
      'cache writes for five minutes',
      'anthropic',
      { model: 'claude-opus-4-8', cache_control: { type: 'ephemeral' } },
      [5 * 1.25, 25],
    ],
    [
      'cache writes for an hour',
      'anthropic',
      {
        model: 'claude-opus-4-8',
        system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      },
      [10, 25],
    ],
    ['cache writes that nobody asked for', 'responses', { model: 'gpt-6-sol' }, [2.5, 10]],
    ['cache writes for longer', 'responses', { model: 'gpt-6-sol', prompt_cache_retention: '24h' }, [5, 10]],
    ['fast inference', 'anthropic', { model: 'claude-opus-4-6', speed: 'fast' }, [30, 150]],
    ['priority', 'chat', { model: 'gpt-5.5', service_tier: 'priority' }, [12.5, 75]],
    [
      'long input',
      'chat',
      { model: 'gpt-5.4', messages: [{ role: 'user', content: 'x'.repeat(300_000) }] },
      [5, 22.5],
    ],
    ['a region of Bedrock', 'nova', { messages: [] }, [0.078, 0.312]],
    ['the price after a promotion', 'chat', { model: 'gpt-5.6-sol' }, [5 * 1.25, 30]],
    [
      'a 12-hour cache write in a breakpoint',
      'chat',
      {
        model: 'gpt-6.2-sol',
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'x', prompt_cache_breakpoint: { ttl: '12h' } }] },
        ],
      },
      [5, 10],
    ],
    ['ultrafast', 'responses', { model: 'gpt-6.2-sol', service_tier: 'ultrafast' }, [2.5 * 6, 10 * 6]],
    ['an unlisted model at the dearest of its vendor', 'chat', { model: 'o9' }, [150, 600]],
    ['an unlisted model of another maker', 'openrouter', { model: 'a/b' }, [150, 600]],
  ])('includes %s', (_, to, more, [input, output]) => {
    const { inputTokens, outputTokens, microUsd } = charged(to, { max_tokens: 1000, ...more });
    expect(microUsd).toBeGreaterThanOrEqual(inputTokens * input + outputTokens * output);
  });

  test.each([
    ['X-Amzn-Bedrock-Service-Tier', 2.5],
    ['x-amzn-bedrock-performanceconfig-latency', 2.5],
    ['X-Amzn-Bedrock-Accept', 1],
  ])('includes what the header %s asks for', (header, factor) => {
    const body = { max_tokens: 1000, messages: [] };
    const found = metered('invoke', body, false, header);
    const microUsd = found.kind === 'charge' ? found.charge.microUsd : 0;
    expect(microUsd / charged('invoke', body).microUsd).toBeCloseTo(factor, 3);
  });

  test.each<[string, To, object, string]>([
    [
      'another model that helps',
      'anthropic',
      { tools: [{ type: 'advisor_20260301', name: 'advisor' }] },
      'type advisor_20260301',
    ],
    [
      'a search that calls the model again',
      'responses',
      { tools: [{ type: 'tool_search' }] },
      'type tool_search',
    ],
    ['images that it makes', 'responses', { tools: [{ type: 'image_generation' }] }, 'type image_generation'],
    ['other models after a failure', 'anthropic', { fallbacks: [{ model: 'claude-opus-4-8' }] }, 'fallbacks'],
    ['a compaction', 'responses', { context_management: [{ type: 'compaction' }] }, 'context_management'],
    [
      'the same at Anthropic',
      'anthropic',
      { context_management: { edits: [{ type: 'compact_20260112' }] } },
      'type compact_20260112',
    ],
    ['a dearer mode of thinking', 'responses', { reasoning: { mode: 'pro' } }, 'reasoning.mode'],
    ['a plugin', 'openrouter', { plugins: [{ id: 'file-parser' }] }, 'plugins'],
    ['models that call others', 'responses', { multi_agent: { enabled: true } }, 'multi_agent'],
    ['an unknown tier', 'chat', { service_tier: 'new' }, 'service_tier'],
  ])('does not bound %s', (_, to, body, what) => {
    expect(metered(to, { model: 'gpt-5.4', ...body })).toMatchObject({ kind: 'unbounded', what });
  });

  const { passes } = parse(readFileSync(join(__dirname, '../../fixtures/model-requests.yaml'), 'utf8')) as {
    passes: { vendor: To | 'bedrock'; what: string; body: object }[];
  };
  test.each(passes)('bounds what runtimes send: $vendor, $what', ({ vendor, body }) => {
    expect(metered(vendor === 'bedrock' ? 'converse' : vendor, body).kind).toBe('charge');
  });

  test('charges OpenRouter for open weights as for any model, because each who serves them has a price of its own', () => {
    const price = (model: string) => charged('openrouter', { model, max_tokens: 1000 }).microUsd;
    expect(price('openai/gpt-oss-120b')).toBe(price('mistralai/ministral'));
  });

  test('does not bound what no rule knows', () => {
    expect(metered('chat', { model: 'gpt-5.4' }, true).kind).toBe('unbounded');
  });

  test.each([
    ['GET', 'api.openai.com', '/v1/models', 'free'],
    ['POST', 'api.anthropic.com', '/v1/messages/count_tokens?beta=true', 'free'],
    ['POST', 'api.anthropic.com:443', '/v1/messages?beta=true', 'charged'],
    ['POST', 'api.anthropic.com', '/v1/messages/batches', 'unknown'],
    ['PUT', 'api.openai.com', '/v1/responses', 'unknown'],
    ['post', 'api.openai.com', '/v1/responses', 'unknown'],
    ['POST', 'api.openai.com', '/v1/images/generations', 'unknown'],
    ['POST', 'eu.api.openai.com', '/v1/responses', 'charged'],
    ['POST', 'us-east-1.api.x.ai', '/v1/responses', 'unknown'],
    ['POST', 'evilapi.openai.com', '/v1/responses', undefined],
    ['POST', 'api.mistral.ai', '/v1/chat/completions', 'unknown'],
    ['POST', 'aws-external-anthropic.us-west-2.api.aws', '/v1/messages', 'charged'],
    ['POST', 'bedrock-mantle.us-east-1.api.aws', '/v1/responses', 'unknown'],
    ['POST', 'bedrock-runtime.us-east-1.amazonaws.com', '/openai/v1/responses', 'unknown'],
    ['POST', 'bedrock-runtime.us-east-1.api.aws', '/model/anthropic.claude-opus-4-8/converse', 'charged'],
    [
      'POST',
      'bedrock-agent-runtime.us-east-1.amazonaws.com',
      '/agents/a/agentAliases/b/sessions/c/text',
      'unknown',
    ],
    ['POST', 'aiplatform.us.rep.googleapis.com', '/v1/models/gemini:generateContent', 'unknown'],
    ['POST', 'team.openai.azure.com', '/openai/v1/responses', 'unknown'],
    ['POST', 'api.groq.com', '/openai/v1/chat/completions', 'unknown'],
    ['POST', 'api.github.com', '/v1/messages', undefined],
  ])('takes %s %s%s for %s', (method, host, target, kind) => {
    expect(modelCall({ method, host, target })?.kind).toBe(kind);
  });

  /**
   * What a vendor bills by its own rules, of tokens that it alone knows: any number up to one a byte, each read from the
   * cache, written into it or neither.
   */
  test('is never below what the vendor bills', () => {
    const price = { 'claude-opus-4-8': [5, 25], 'claude-sonnet-4-6': [3, 15] } as const;
    fc.assert(
      fc.property(
        fc.constantFrom('claude-opus-4-8', 'claude-sonnet-4-6'),
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.nat(3),
        fc.constantFrom(undefined, '5m', '1h'),
        fc.record({
          density: fc.double({ min: 0, max: 1, noNaN: true }),
          written: fc.double({ min: 0, max: 1, noNaN: true }),
          image: fc.nat(4_784),
        }),
        fc.record({
          limit: fc.option(fc.integer({ min: 1, max: 128_000 })),
          used: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        fc.boolean(),
        (model, text, images, ttl, { density, written, image }, { limit, used }, fast) => {
          const cache = ttl && { cache_control: { type: 'ephemeral', ttl } };
          const content = [{ type: 'text', text, ...cache }, ...Array.from({ length: images }, () => PNG)];
          const found = charged('anthropic', {
            model,
            messages: [{ role: 'user', content }],
            ...(limit !== null && { max_tokens: limit }),
            ...(fast && { speed: 'fast' }),
          });
          const [input, output] = price[model];
          const tokens = Math.floor(Buffer.byteLength(text) * density) + 700 + images * image;
          const toCache = ttl === undefined ? 0 : Math.floor(tokens * written);
          const billed =
            (tokens - toCache) * input +
            toCache * input * (ttl === '1h' ? 2 : 1.25) +
            Math.floor((limit ?? 128_000) * used) * output;
          expect(found.microUsd).toBeGreaterThanOrEqual(billed * (fast ? 6 : 1) * 1.1 - 1e-6);
        },
      ),
      { numRuns: 300 },
    );
  });
});
