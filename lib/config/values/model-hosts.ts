/** APIs of model vendors that fetch addresses, run code or call servers where a request asks for it. */
const MODEL_HOSTS: readonly RegExp[] = [
  /^api\.anthropic\.com$/,
  /^api\.openai\.com$/,
  /^openrouter\.ai$/,
  /^api\.mistral\.ai$/,
  /^api\.x\.ai$/,
  /^(?:[a-z0-9-]+-)?(?:generativelanguage|aiplatform)\.googleapis\.com$/,
  /^bedrock-runtime(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com$/,
];

export function isModelHost(host: string): boolean {
  return MODEL_HOSTS.some((each) => each.test(host));
}
