import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: tests take templates apart at will
export type Json = any;

const FILE = join(__dirname, '..', 'fixtures', 'templates.yaml');
const written: Record<string, Json> = parse(readFileSync(FILE, 'utf8'));

/** A template of `fixtures/templates.yaml`, fresh at each call. */
export function fixture(name: string): Json {
  const found = written[name];
  if (found === undefined) throw new Error(`no template ${name} in ${FILE}`);
  const { from, Resources, ...rest } = structuredClone(found);
  return { ...rest, Resources: from === undefined ? Resources : merged(fixture(from).Resources, Resources) };
}

export const FIXTURES = Object.keys(written);

/** A JSON merge patch (RFC 7396). */
function merged(value: Json, patch: Json): Json {
  if (typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result = typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  for (const [key, edit] of Object.entries(patch)) {
    if (edit === null) delete result[key];
    else result[key] = merged(result[key], edit);
  }
  return result;
}
