import type { Json } from '../../body/json';
import { bodyFacts } from './body-facts';
import { dearest, type ModelPrice, priceOfModel } from './price-table';
import type { ModelCall } from './vendors';

/** What a request may cost at most. */
export interface Charge {
  readonly vendor: string;
  /** As the request names it, cut. */
  readonly model: string;
  /** Whether the price table has the model; else it is charged at the dearest price of its vendor. */
  readonly listed: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of a US dollar. */
  readonly microUsd: number;
}

export type Metered =
  | { readonly kind: 'charge'; readonly charge: Charge }
  /** The vendor may bill more than any figure of the request says. */
  | { readonly kind: 'unbounded'; readonly what: string };

/** What a vendor adds to a prompt by itself: for tools and for structured output; and for each tool of its own. */
const [ADDED, ADDED_BY_TOOL] = [1_000, 5_000];
const MOST_ANSWERS = 128;

/**
 * The upper bound of what a vendor can bill for a request, from its judged body and the headers that change its price:
 *
 * 1. A tokenizer that reads a text as it is makes no more tokens than there are bytes, so the body's bytes bound the tokens
 *    of its text (docs/CONFIGURATION.md says what that assumes). An image counts as the vendor's largest. A document, a video
 *    or what lies with the vendor counts as the model's longest input.
 * 2. Output is the limit that the request states, where the vendor keeps it, else the model's longest output. Both include
 *    reasoning. They count for each answer asked for.
 * 3. All input is charged as written into the cache, if the request asks for that; reading from it is cheaper. The price of
 *    long input, of a dearer tier and of a region is included.
 *
 * What can't be bounded so is `unbounded`: tools with which the vendor calls a model again, and fields that no rule knows.
 * Pure.
 *
 * @param bytes Length of the body.
 * @param noted Whether the body has what no rule knows.
 */
export function chargeOf(
  call: Extract<ModelCall, { kind: 'charged' }>,
  body: Json,
  bytes: number,
  noted: boolean,
): Metered {
  const { vendor } = call;
  const facts = bodyFacts(body);
  if (noted) return { kind: 'unbounded', what: 'a field or value that no rule knows' };
  if (facts.unbounded !== undefined) return { kind: 'unbounded', what: facts.unbounded };
  const models = call.model === undefined ? modelsOf(body) : [call.model];
  const prices = models.map((model) => {
    const row = priceOfModel(model);
    const known = row && vendor.sells.test(row.name) ? row : undefined;
    return { listed: known !== undefined, price: known?.price ?? dearest(vendor.sells), name: known?.name };
  });
  const each = prices.map(({ price, listed, name }) => {
    const isBounded = name !== undefined && vendor.keepsLimit.test(name);
    const limit = isBounded ? limitOf(vendor.limits(call.path), body) : undefined;
    return { ...tokens(facts, price, listed, limit), price };
  });
  const n = answersOf(body);
  const predicted = fieldOf(body, 'prediction') == null ? 0 : bytes;
  const sum = (of: (one: (typeof each)[number]) => number) => each.reduce((total, one) => total + of(one), 0);
  const output = (one: (typeof each)[number]) => one.output * n + predicted;
  const cacheWrite = vendor.cacheWrite[['unasked', 'short', 'long'].indexOf(facts.cache)] ?? 1;
  const usd = sum((one) => {
    const isLong = one.input > (one.price.longAbove ?? Number.POSITIVE_INFINITY);
    const [more, moreOut] = isLong ? [2, 1.5] : [1, 1];
    return one.input * one.price.input * cacheWrite * more + output(one) * one.price.output * moreOut;
  });
  return {
    kind: 'charge',
    charge: {
      vendor: vendor.name,
      model: models.join(', ').slice(0, 100),
      listed: prices.every(({ listed }) => listed),
      inputTokens: sum(({ input }) => input),
      outputTokens: sum(output),
      microUsd: Math.ceil(usd * Math.max(facts.tier, call.tier) * vendor.factor),
    },
  };

  function tokens(
    { images, unmeasured, vendorTools, thinking }: ReturnType<typeof bodyFacts>,
    price: ModelPrice,
    listed: boolean,
    limit: number | undefined,
  ) {
    const text = bytes + ADDED + vendorTools * ADDED_BY_TOOL;
    const isUnmeasured = unmeasured || (images > 0 && vendor.imageTokens === undefined);
    const bound = text + images * (vendor.imageTokens ?? 0) + (isUnmeasured ? price.longestInput : 0);
    return {
      input: listed ? Math.min(bound, price.longestInput) : bound,
      output: limit === undefined ? price.longestOutput : limit + Math.min(thinking, price.longestInput),
    };
  }
}

/** All of them: with several the vendor chooses. */
function modelsOf(body: Json): string[] {
  const more = fieldOf(body, 'models');
  const named = [fieldOf(body, 'model'), ...(Array.isArray(more) ? (more as Json[]) : [])];
  const models = named.filter((model) => typeof model === 'string');
  return models.length > 0 ? models : ['(none)'];
}

/** The greatest limit that the request states; undefined when one of them isn't a number of tokens. */
function limitOf(paths: readonly string[], body: Json): number | undefined {
  const stated = paths
    .map((path) => path.split('.').reduce<Json | undefined>((value, name) => fieldOf(value, name), body))
    .filter((value) => value !== undefined && value !== null);
  const isCount = (value: Json | undefined) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 100_000_000;
  return stated.length > 0 && stated.every(isCount) ? Math.max(...(stated as number[])) : undefined;
}

function answersOf(body: Json): number {
  const n = fieldOf(body, 'n') ?? 1;
  return typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= MOST_ANSWERS ? n : MOST_ANSWERS;
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  return value instanceof Map ? value.get(name) : undefined;
}
