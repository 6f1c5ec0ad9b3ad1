import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from '../config/schema/json-schemas';
import { messageOf } from '../message-of';

export type SchemaResult =
  | { readonly reason: 'written'; readonly files: readonly string[] }
  | { readonly reason: 'current'; readonly files: readonly string[] }
  /** `--check` found files that differ from what the schema says, or are missing. */
  | { readonly reason: 'stale'; readonly files: readonly string[] }
  | { readonly reason: 'unwritable'; readonly file: string; readonly message: string };

/**
 * Writes the JSON Schemas that editors use, generated from the one schema that judges a configuration.
 * @param directory a configuration directory; the files go to its `schema/`
 * @param checkOnly say which files are out of date and write none
 */
export function writeSchemas(directory: string, checkOnly: boolean): SchemaResult {
  const schemas = Object.entries(jsonSchemas()).map(
    ([name, text]) => [join(directory, 'schema', name), text] as const,
  );
  const stale = schemas.filter(([file, text]) => contentOf(file) !== text);
  if (stale.length === 0) return { reason: 'current', files: schemas.map(([file]) => file) };
  if (checkOnly) return { reason: 'stale', files: stale.map(([file]) => file) };
  for (const [file, text] of stale) {
    try {
      mkdirSync(join(directory, 'schema'), { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      return { reason: 'unwritable', file, message: messageOf(error) };
    }
  }
  return { reason: 'written', files: stale.map(([file]) => file) };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
