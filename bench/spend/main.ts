import { readJson } from '../../lib/policy/body/json';
import { chargeOf } from '../../lib/policy/gate/spend/charge';
import { modelCall } from '../../lib/policy/gate/spend/vendors';
import { Random } from '../baseline/random';

/*
 * Calls of a coding agent in the shape that runtimes send (test/fixtures/model-requests.yaml), with a bill for each:
 *
 * - the body: four of five carry a conversation of 20 to 400 KB, others are helpers of 0.2 to 5 KB, such as the one that names a
 *   conversation; both log-uniform;
 * - the text: bytes a token by its kind (TEXTS); the vendor adds 350 tokens of its own for tools, and 4 for each message;
 * - the cache: nine of ten conversations read 70 to 98 percent of their input from it and write the rest; others write all; one of
 *   ten asks Anthropic for an hour, which costs twice the input;
 * - the output: 20 to 8,000 tokens, log-uniform, half of it reasoning, below a limit of 8,192 to 64,000 tokens (helpers: 1 to 1,000);
 *   one in fifty reaches its limit, and one in twenty states none;
 * - one conversation in twenty has an image, of 200 to 1,600 tokens.
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
/** Bytes a token, and how often the kind of text comes. */
const TEXTS = [
  { share: 0.7, bytes: [3, 5] }, // English and code
  { share: 0.2, bytes: [2, 3] }, // logs and JSON
  { share: 0.05, bytes: [1.8, 3] }, // Chinese and Japanese
  { share: 0.05, bytes: [1.1, 1.6] }, // base64 and hashes
] as const;
const IMAGE_BYTES = 40_000;
const [ADDED_FOR_TOOLS, ADDED_A_MESSAGE] = [350, 4];

const numbers = new Random(seed);
const random = () => numbers.uniform();
const between = (low: number, high: number) => low + random() * (high - low);
const logUniform = (low: number, high: number) => Math.exp(between(Math.log(low), Math.log(high)));
const oneOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

const ratios: number[] = [];
let [below, charged, billed] = [0, 0, 0];
for (let call = 0; call < calls; call += 1) {
  const model = oneOf(Object.keys(PRICES) as (keyof typeof PRICES)[]);
  const { vendor, usd } = PRICES[model];
  const isHelper = random() < 0.2;
  const limit = isHelper ? Math.ceil(logUniform(1, 1_000)) : oneOf(LIMITS);
  const stated = random() < 0.05 ? undefined : limit;
  const isLong = vendor === 'anthropic' && random() < 0.1;
  const hasImage = !isHelper && random() < 0.05;
  const text = 'x'.repeat(Math.round(isHelper ? logUniform(200, 5_000) : logUniform(20_000, 400_000)));
  const body =
    vendor === 'anthropic'
      ? anthropic(model, text, stated, hasImage, isLong)
      : openai(model, text, stated, hasImage);
  const bytes = Buffer.from(JSON.stringify(body));
  const own = bytes.length - (hasImage ? IMAGE_BYTES : 0);
  const tokens = own / between(...kindOfText()) + ADDED_FOR_TOOLS + ADDED_A_MESSAGE;
  const input = Math.min(tokens + (hasImage ? between(200, 1_600) : 0), 200_000);
  const read = !isHelper && random() < 0.9 ? input * between(0.7, 0.98) : 0;
  const most = stated ?? 8_000;
  const output = random() < 0.02 ? most : Math.min(logUniform(20, 8_000), most);
  const write = isLong ? 2 * usd[0] : usd[2];
  const bill = ((input - read) * write + read * usd[3] + output * usd[1]) / 1e6;
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

function kindOfText(): readonly [number, number] {
  let left = random();
  const kind = TEXTS.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return (kind ?? TEXTS[0]).bytes;
}

function anthropic(
  model: string,
  text: string,
  max_tokens: number | undefined,
  hasImage: boolean,
  isLong: boolean,
): object {
  const image = {
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(IMAGE_BYTES) },
  };
  return {
    ...{ model, max_tokens, stream: true, thinking: { type: 'adaptive' } },
    system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ...(isLong && { ttl: '1h' }) } }],
    tools: [{ name: 'run', input_schema: { type: 'object' } }],
    messages: [{ role: 'user', content: [{ type: 'text', text }, ...(hasImage ? [image] : [])] }],
  };
}

function openai(
  model: string,
  text: string,
  max_output_tokens: number | undefined,
  hasImage: boolean,
): object {
  const image = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(IMAGE_BYTES)}` };
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
