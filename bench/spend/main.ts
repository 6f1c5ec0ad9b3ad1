import { readJson } from '../../lib/policy/body/json';
import { chargeOf } from '../../lib/policy/gate/spend/charge';
import { modelCall } from '../../lib/policy/gate/spend/vendors';

/*
 * Calls of a coding agent in the shape that runtimes send (test/fixtures/model-requests.yaml), with a bill for each:
 *
 * - the body: 20 to 400 KB, log-uniform, as a conversation grows; 3 to 5 bytes a token (English text and code);
 * - the cache: nine of ten calls read 70 to 98 percent of their input from it and write the rest; others write all;
 * - the output: 20 to 8,000 tokens, log-uniform, half of it reasoning, under a limit of 8,192 to 64,000 tokens;
 * - one call in twenty has an image.
 */
const [seed, calls] = [option('--seed', 1), option('--calls', 10_000)];

/** USD per million tokens: input, output, cache write, cache read. */
const PRICES = {
  'claude-sonnet-4-5': { vendor: 'anthropic', usd: [3, 15, 3.75, 0.3] },
  'claude-opus-4-8': { vendor: 'anthropic', usd: [5, 25, 6.25, 0.5] },
  'claude-sonnet-5': { vendor: 'anthropic', usd: [2, 10, 2.5, 0.2] },
  'gpt-5': { vendor: 'openai', usd: [1.25, 10, 1.25, 0.125] },
  'gpt-6-sol': { vendor: 'openai', usd: [2, 10, 2.5, 0.2] },
} as const;
const LIMITS = [8_192, 16_384, 32_000, 64_000];

let state = seed;
/** Mulberry32. */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
const between = (low: number, high: number) => low + random() * (high - low);
const logUniform = (low: number, high: number) => Math.exp(between(Math.log(low), Math.log(high)));
const oneOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

const ratios: number[] = [];
let [below, charged, billed] = [0, 0, 0];
for (let call = 0; call < calls; call += 1) {
  const model = oneOf(Object.keys(PRICES) as (keyof typeof PRICES)[]);
  const { vendor, usd } = PRICES[model];
  const limit = oneOf(LIMITS);
  const hasImage = random() < 0.05;
  const text = 'x'.repeat(Math.round(logUniform(20_000, 400_000)));
  const body =
    vendor === 'anthropic' ? anthropic(model, text, limit, hasImage) : openai(model, text, limit, hasImage);
  const bytes = Buffer.from(JSON.stringify(body));
  const input = Math.min(text.length / between(3, 5) + (hasImage ? between(200, 1_600) : 0), 200_000);
  const read = random() < 0.9 ? input * between(0.7, 0.98) : 0;
  const output = Math.min(logUniform(20, 8_000), limit);
  const bill = ((input - read) * usd[2] + read * usd[3] + output * usd[1]) / 1e6;
  const target = vendor === 'anthropic' ? '/v1/messages' : '/v1/responses';
  const asked = modelCall({ method: 'POST', host: `api.${vendor}.com`, target });
  const json = readJson(bytes);
  const metered =
    asked?.kind === 'charged' && json.ok ? chargeOf(asked, json.value, bytes.length, false) : undefined;
  if (metered?.kind !== 'charge') throw new Error(`call ${call} has no charge`);
  const charge = metered.charge.microUsd / 1e6;
  if (charge < bill) below += 1;
  charged += charge;
  billed += bill;
  ratios.push(charge / bill);
}
ratios.sort((a, b) => a - b);
const at = (part: number) => (ratios[Math.floor(part * (ratios.length - 1))] ?? 0).toFixed(1);
console.log(
  `${calls} calls, seed ${seed}: charged ${charged.toFixed(0)} USD for a bill of ${billed.toFixed(0)}`,
);
console.log(`charge over bill: median ${at(0.5)}, 5 percent below ${at(0.05)}, 5 percent above ${at(0.95)}`);
console.log(`charges below the bill: ${below} (limit 0)`);
if (below > 0) process.exitCode = 1;

function anthropic(model: string, text: string, max_tokens: number, hasImage: boolean): object {
  const image = {
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(40_000) },
  };
  return {
    ...{ model, max_tokens, stream: true, thinking: { type: 'adaptive' } },
    system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'run', input_schema: { type: 'object' } }],
    messages: [{ role: 'user', content: [{ type: 'text', text }, ...(hasImage ? [image] : [])] }],
  };
}

function openai(model: string, text: string, max_output_tokens: number, hasImage: boolean): object {
  const image = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(40_000)}` };
  return {
    ...{ model, max_output_tokens, stream: true, store: false, reasoning: { effort: 'high' } },
    tools: [{ type: 'function', name: 'shell', parameters: { type: 'object' } }],
    input: [
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text }, ...(hasImage ? [image] : [])],
      },
    ],
  };
}

function option(name: string, usual: number): number {
  const words = process.argv;
  return words.includes(name) ? Number(words[words.indexOf(name) + 1]) : usual;
}
