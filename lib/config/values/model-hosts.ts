/**
 * APIs of model vendors that fetch addresses, run code or call servers where a request asks for it. Some vendors have a host for
 * each region (developers.openai.com/api/docs/guides/data-residency), or serve others' APIs whole, tools included
 * (docs.aws.amazon.com: bedrock/latest/userguide/endpoints, claude-platform/latest/userguide/making-requests), read on 2026-11-28.
 */
const MODEL_HOSTS = {
  anthropic: /^(?:api\.anthropic\.com|aws-external-anthropic\.[a-z0-9-]+\.api\.aws)$/,
  openai: /^(?:[a-z0-9-]+\.)?api\.openai\.com$/,
  openrouter: /^(?:[a-z0-9-]+\.)?openrouter\.ai$/,
  bedrock:
    /^bedrock-(?:agent-)?(?:runtime|mantle)(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
  mistral: /^api\.mistral\.ai$/,
  xai: /^(?:[a-z0-9-]+\.)?api\.x\.ai$/,
  google: /^(?:[a-z0-9-]+-)?(?:generativelanguage|aiplatform)(?:\.[a-z0-9-]+)*\.googleapis\.com$/,
  azure: /\.(?:openai|services\.ai|cognitiveservices)\.azure\.com$/,
  groq: /^api\.groq\.com$/,
  perplexity: /^api\.perplexity\.ai$/,
  fireworks: /^api\.fireworks\.ai$/,
  moonshot: /^api\.moonshot\.(?:ai|cn)$/,
  zai: /^(?:api\.z\.ai|open\.bigmodel\.cn)$/,
  alibaba: /^dashscope(?:-[a-z]+)?\.aliyuncs\.com$/,
  vercel: /^ai-gateway\.vercel\.sh$/,
} as const;

export type ModelVendor = keyof typeof MODEL_HOSTS;

/** Vendors of which the gate knows the prices. */
export const PRICED = [
  'anthropic',
  'openai',
  'openrouter',
  'bedrock',
] as const satisfies readonly ModelVendor[];
export type PricedVendor = (typeof PRICED)[number];

/** The vendor behind a host; undefined for any other host. */
export function modelVendor(host: string): ModelVendor | undefined {
  return (Object.keys(MODEL_HOSTS) as ModelVendor[]).find((vendor) => MODEL_HOSTS[vendor].test(host));
}

export function isPriced(vendor: ModelVendor): vendor is PricedVendor {
  return PRICED.some((one) => one === vendor);
}

/** Methods of a request that no vendor charges. */
export const UNCHARGED: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'DELETE'];
