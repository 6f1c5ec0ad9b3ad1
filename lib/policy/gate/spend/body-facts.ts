import type { Json } from '../../body/json';

/** What of a request's body decides its price. */
export interface BodyFacts {
  readonly images: number;
  /** Documents, video, and what lies with the vendor: their tokens have nothing to do with the bytes of the body. */
  readonly unmeasured: boolean;
  /** Tools that bring an instruction of the vendor's. */
  readonly vendorTools: number;
  readonly cache: 'unasked' | 'short' | 'long';
  /** Tokens for thinking, which may be beside the limit of output. */
  readonly thinking: number;
  /** The dearest way to be served that it asks for, of the usual price. */
  readonly tier: number;
  /** What it asks for that may cost anything. */
  readonly unbounded: string | undefined;
}

const CLIENTS_OWN: ReadonlySet<string> = new Set([
  'input_schema',
  'input_examples',
  'parameters',
  'schema',
  'output_schema',
  'inputSchema',
  'json',
  'arguments',
  'metadata',
  'toolUse',
]);
const IMAGE = /^(?:image|image_url|input_image|inputImage|computer_screenshot)$/;
const UNMEASURED =
  /^(?:document|file|input_file|file_data|file_id|video|video_url|input_video|audio|input_audio|image_generation_call|item_reference|previous_response_id|conversation|thread|compaction)$/;
/** Types with which the vendor calls the model again, or another one, or bills by the call. */
const UNBOUNDED =
  /^(?:advisor|tool_search|web_search|web_fetch|code_execution|code_interpreter|file_search|mcp|programmatic|compact_|compaction_trigger$|image_generation$|openrouter:|nova_)/;
/** Tools of the client's own: the request has all of their text. */
const OWN_TOOLS: readonly Json[] = ['function', 'custom', 'namespace'];
/** Plugins of OpenRouter's that cost nothing. */
const FREE_PLUGINS: readonly Json[] = ['response-healing'];
/** What serving a request before others costs, of the usual price. */
export const FASTER = 2.5;
const TIERS: ReadonlyMap<Json, number> = new Map<Json, number>([
  ...['auto', 'default', 'standard', 'standard_only', 'flex', 'scale', 'reserved'].map(
    (tier) => [tier, 1] as const,
  ),
  ...['priority', 'optimized'].map((tier) => [tier, FASTER] as const),
  ...['fast', 'ultrafast'].map((tier) => [tier, 6] as const),
]);

/** Pure. What it doesn't know counts for nothing: the rule that judged the body knows every field. */
export function bodyFacts(body: Json): BodyFacts {
  const reading = new Reading();
  reading.value(body);
  return reading;
}

class Reading implements BodyFacts {
  images = 0;
  unmeasured = false;
  vendorTools = 0;
  cache: BodyFacts['cache'] = 'unasked';
  thinking = 0;
  tier = 1;
  unbounded: string | undefined;

  private readonly fields: Readonly<Record<string, (value: Json, key: string) => void>> = {
    ...same(
      [
        ...['fallbacks', 'mcp_servers', 'container', 'web_search_options', 'compaction', 'systemTool'],
        'multi_agent',
      ],
      (_, key) => this.refuse(key),
    ),
    ...same(['cache_control', 'cachePoint', 'caching'], (value) => {
      this.cached(value instanceof Map && (value.get('ttl') ?? '5m') !== '5m');
    }),
    ...same(['prompt_cache_retention', 'prompt_cache_options', 'prompt_cache_breakpoint'], (value) => {
      this.cached(value !== 'in_memory' && value !== 'in-memory');
    }),
    ...same(['service_tier', 'serviceTier', 'speed', 'performanceConfig'], (value, key) => {
      for (const one of value instanceof Map ? value.values() : [value]) this.served(one, key);
    }),
    ...same(['tools', 'definition'], (value) => {
      for (const one of listOf(value))
        if (!OWN_TOOLS.includes(typeOf(one) ?? 'custom')) this.vendorTools += 1;
    }),
    input: (value) => {
      if (Array.isArray(value) && value.some(isHeld)) this.unmeasured = true;
    },
    budget_tokens: (value) => {
      this.thinking += countOf(value);
    },
    reasoning: (value) => {
      if (!(value instanceof Map)) return;
      this.thinking += countOf(value.get('max_tokens'));
      if ((value.get('mode') ?? 'standard') !== 'standard') this.refuse('reasoning.mode');
    },
    // A list is OpenAI's, and asks for a compaction; Anthropic's edits have types, which are judged.
    context_management: (value) => Array.isArray(value) && this.refuse('context_management'),
    // Of OpenAI's: it may bring tools of its own.
    prompt: (value) => value instanceof Map && this.refuse('prompt'),
    plugins: (value) => {
      const ids = listOf(value).map((one) => (one instanceof Map ? (one.get('id') ?? null) : null));
      if (!ids.every((id) => FREE_PLUGINS.includes(id))) this.refuse('plugins');
    },
  };

  value(value: Json): void {
    if (Array.isArray(value)) for (const one of value) this.value(one);
    if (!(value instanceof Map)) return;
    const type = typeOf(value);
    if (type !== undefined && UNBOUNDED.test(type)) this.refuse(`type ${type}`);
    const present = [...value].filter(([key, one]) => isAsked(one) && !isClients(key, type));
    const names = [...present.map(([key]) => key), ...(type === undefined ? [] : [type])];
    if (names.some((name) => IMAGE.test(name))) this.images += 1;
    if (names.some((name) => UNMEASURED.test(name))) this.unmeasured = true;
    for (const [key, one] of present) {
      if (key === 'images') this.images += listOf(one).length;
      if (Object.hasOwn(this.fields, key)) this.fields[key]?.(one, key);
      this.value(one);
    }
  }

  private refuse(what: string): void {
    this.unbounded ??= what;
  }

  private cached(isLong: boolean): void {
    this.cache = isLong || this.cache === 'long' ? 'long' : 'short';
  }

  private served(tier: Json, key: string): void {
    const factor = TIERS.get(tier);
    if (factor === undefined) this.refuse(key);
    else this.tier = Math.max(this.tier, factor);
  }
}

function same<T>(keys: readonly string[], read: T): Record<string, T> {
  return Object.fromEntries(keys.map((key) => [key, read]));
}

/** Items of OpenAI's that name what the vendor holds: a reference needs no type, and a thought may lack its text. */
function isHeld(item: Json): boolean {
  if (!(item instanceof Map)) return false;
  const type = typeOf(item);
  return type === undefined ? !item.has('role') : type === 'reasoning' && !item.get('encrypted_content');
}

/** Arguments and schemas are the client's own text to a vendor, whatever is in them. */
function isClients(key: string, type: string | undefined): boolean {
  return CLIENTS_OWN.has(key) || (key === 'input' && type === 'tool_use');
}

function typeOf(value: Json): string | undefined {
  const type = value instanceof Map ? value.get('type') : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** What is no number, some vendor may read as one. */
function countOf(value: Json | undefined): number {
  if (value === undefined || value === null) return 0;
  return typeof value === 'number' ? Math.max(0, value) : Number.POSITIVE_INFINITY;
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

function isAsked(value: Json): boolean {
  return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}
