import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../../constructs/package-root';
import { readConfigFiles } from '../../../lib/config/config-files';
import { loadPreset } from '../../../lib/config/presets/load-preset';
import { type BodyRule, featuresOf, judgeBody } from '../../../lib/policy/body';

/** The body rule of a model preset's rule. */
function bodyOf(name: string, rule: string): BodyRule {
  const { presets } = readConfigFiles(join(packageRoot(), 'config'));
  const source = presets.find(({ file }) => file.endsWith(`/${name}.yaml`));
  const preset = source && loadPreset(source).preset;
  const body = typeof preset === 'object' ? preset.rules.find(({ id }) => id === rule)?.body : undefined;
  if (body === undefined) throw new Error(`${name}/${rule} has no body rule`);
  return body;
}

const VENDORS = {
  anthropic: bodyOf('anthropic', 'messages'),
  responses: bodyOf('openai', 'responses'),
  chat: bodyOf('openai', 'completions'),
  openrouter: bodyOf('openrouter', 'completions'),
  bedrock: bodyOf('bedrock', 'invoke'),
};
type Vendor = keyof typeof VENDORS;

function judge(vendor: Vendor, body: object, more: Partial<BodyRule> = {}) {
  const bytes = Buffer.from(JSON.stringify(body));
  const head = {
    method: 'POST',
    contentType: ['application/json'],
    contentEncoding: [],
    contentLength: [`${bytes.length}`],
  };
  const { value: _, ...judged } = { value: null, ...judgeBody({ ...VENDORS[vendor], ...more }, head, bytes) };
  return judged;
}

const { passes, asks } = parse(
  readFileSync(join(__dirname, '../../fixtures/model-requests.yaml'), 'utf8'),
) as Record<'passes' | 'asks', { vendor: Vendor; what: string; feature: string; body: object }[]>;
const FEATURES = [...new Set(Object.values(VENDORS).flatMap(featuresOf))];
const block = (one: object) => ({ messages: [{ role: 'user', content: [one] }] });

describe("MOD-1 a model's API is not a way to the internet", () => {
  test.each(passes)('$vendor: $what passes, for a reader too', ({ vendor, body }) => {
    expect(judge(vendor, body, { unknown: 'refuse' })).toEqual({ ok: true, notes: [] });
  });

  test.each(asks)('$vendor: $feature is refused unless it is allowed: $body', ({ vendor, feature, body }) => {
    const others = FEATURES.filter((each) => each !== feature);
    for (const unknown of ['refuse', 'note'] as const) {
      expect(judge(vendor, body, { unknown })).toMatchObject({
        ok: false,
        reason: expect.stringContaining(`asks for ${feature}, which the agent's file does not allow (MOD-1)`),
      });
    }
    expect(judge(vendor, body, { unknown: 'note', allow: others })).toMatchObject({ ok: false });
    expect(judge(vendor, body, { unknown: 'note', allow: FEATURES })).toMatchObject({ ok: true });
  });

  test.each(Object.keys(VENDORS) as Vendor[])(
    '%s: unknown is refused, and noted for an operator',
    (vendor) => {
      for (const body of [
        { brand_new: { url: 'https://evil.example' } },
        { tools: [{ type: 'brand_new' }] },
      ]) {
        expect(judge(vendor, body, { unknown: 'refuse' })).toMatchObject({ ok: false, status: 403 });
        expect(judge(vendor, body, { unknown: 'note' })).toEqual({ ok: true, notes: [expect.any(String)] });
      }
    },
  );

  test.each([
    { provider: { brand_new: true } },
    { tool_choice: 'openrouter:web_search' },
    { tool_choice: { type: 'new_tool' } },
  ])('openrouter: no preference brings a tool: %j is refused', (body) => {
    expect(judge('openrouter', body, { unknown: 'refuse' })).toMatchObject({ ok: false, status: 403 });
  });

  test.each(['chat', 'openrouter', 'responses'] as const)(
    '%s: no blanks and no length hide what a model name asks for',
    (vendor) => {
      const asked = {
        model: ' perplexity/sonar',
        ...(vendor === 'responses' ? { input: 'x' } : { messages: [] }),
      };
      expect(judge(vendor, asked)).toMatchObject({ ok: false, reason: expect.stringContaining('"model"') });
      for (const length of [257, 70_000])
        expect(judge(vendor, { ...asked, model: 'a-search'.padEnd(length) })).toMatchObject({
          ok: false,
          reason: expect.stringContaining('asks for web-search'),
        });
    },
  );

  test('a document of 31 MiB in base64 passes', () => {
    const data = 'A'.repeat(31 * 1024 * 1024);
    const source = { type: 'base64', media_type: 'application/pdf', data };
    expect(judge('anthropic', block({ type: 'document', source }))).toEqual({ ok: true, notes: [] });
  });
});
