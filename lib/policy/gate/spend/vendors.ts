import { isPriced, modelVendor, type PricedVendor, UNCHARGED } from '../../../config/values/model-hosts';
import { stripPort } from '../../host-port';
import { parseRequestTarget } from '../../request-target';
import type { GateRequest } from '../request';
import { FASTER } from './body-facts';

/** What the meter knows of a vendor's API. */
export interface Vendor {
  readonly name: PricedVendor;
  /** Paths that are charged; the first group is the model where the path names it. */
  readonly paths: RegExp;
  /** Paths of a POST that cost nothing. */
  readonly free?: RegExp;
  /** Names in the price table of which an unlisted model may be any. */
  readonly sells: RegExp;
  /** Models whose limit of output, where a request states it, the vendor keeps. */
  readonly keepsLimit: RegExp;
  /** Fields that limit the output, by the end of the path. */
  readonly limits: (path: string) => readonly string[];
  /** What a region, a project's own settings or a fee may add to the price. */
  readonly factor: number;
  /** What writing a prompt into the cache costs, of the input's price: for short, and for longer. */
  readonly cacheWrite: readonly [unasked: number, short: number, long: number];
  /** The most tokens that one image takes; absent where that isn't known. */
  readonly imageTokens?: number;
}

const OPENAI_CACHE = [1.25, 1.25, 2.5] as const;
const ANTHROPIC_CACHE = [1, 1.25, 2] as const;

const VENDORS: Readonly<Record<PricedVendor, Omit<Vendor, 'name'>>> = {
  anthropic: {
    paths: /^\/v1\/messages$/,
    free: /^\/v1\/messages\/count_tokens$/,
    sells: /^claude-/,
    keepsLimit: /^/,
    limits: () => ['max_tokens'],
    factor: 1.1, // inference in the US alone, which a workspace may have as its default
    cacheWrite: ANTHROPIC_CACHE,
    imageTokens: 5_000,
  },
  openai: {
    paths: /^\/v1\/(?:responses|chat\/completions)$/,
    sells: /^(?:gpt|o\d)/,
    keepsLimit: /^/,
    limits: (path) =>
      path.endsWith('/responses') ? ['max_output_tokens'] : ['max_completion_tokens', 'max_tokens'],
    factor: 1.1, // a project's region
    cacheWrite: OPENAI_CACHE,
    imageTokens: 50_000, // gpt-4o-mini takes 48,169
  },
  openrouter: {
    paths: /^\/api\/v1\/chat\/completions$/,
    // Models with open weights have a price for each who serves them, and the agent may choose the dearest.
    sells: /^(?:claude|gpt-(?!oss)|o\d)/,
    keepsLimit: /^/,
    limits: () => ['max_completion_tokens', 'max_tokens'],
    factor: 1.2, // a provider's region, and the fee on credits
    cacheWrite: [1.25, 1.25, 2.5],
  },
  bedrock: {
    paths: /^\/model\/([^/]+)\/(?:invoke|invoke-with-response-stream|converse|converse-stream)$/,
    sells: /^(?:claude|nova|gpt-oss)/,
    keepsLimit: /^claude/,
    limits: (path) =>
      /\/converse[^/]*$/.test(path)
        ? ['inferenceConfig.maxTokens', 'additionalModelRequestFields.max_tokens']
        : ['max_tokens'],
    factor: 1.5, // regional prices: eu.amazon.nova-2-lite costs 1.44 times as much
    cacheWrite: ANTHROPIC_CACHE,
  },
};

/** What a request is to the meter, by its head. */
export type ModelCall =
  | {
      readonly kind: 'charged';
      readonly vendor: Vendor;
      readonly path: string;
      readonly model?: string;
      /** What the way to be served costs that a header asks for, of the usual price. */
      readonly tier: number;
    }
  | { readonly kind: 'free' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Undefined when the host isn't a model's. */
export function modelCall({
  method,
  target,
  host,
  headers,
}: Pick<GateRequest, 'method' | 'target' | 'host'> & Partial<Pick<GateRequest, 'headers'>>):
  | ModelCall
  | undefined {
  const vendor = modelVendor(stripPort(host));
  if (vendor === undefined) return undefined;
  if (UNCHARGED.includes(method)) return { kind: 'free' };
  const parsed = parseRequestTarget(method, target);
  if (!isPriced(vendor) || !parsed.ok) return { kind: 'unknown', why: `the price table has no ${vendor}` };
  const api = VENDORS[vendor];
  const { path } = parsed;
  if (method === 'POST' && api.free?.test(path)) return { kind: 'free' };
  const found = api.paths.exec(path);
  if (method !== 'POST' || found === null)
    return { kind: 'unknown', why: `the price table has no price for this method and path of ${vendor}` };
  return {
    kind: 'charged',
    vendor: { name: vendor, ...api },
    path,
    tier: headers?.dearer ? FASTER : 1,
    ...(found[1] !== undefined && { model: found[1] }),
  };
}
