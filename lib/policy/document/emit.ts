/**
 * A small YAML writer: block style, with one flow mapping a line for rules, so that `cdk diff` shows exactly the changed
 * rule. ASCII only, and never two braces in a row: Systems Manager refuses a value with `{{ … }}`, CloudFormation reads
 * `{{resolve:…}}` as a reference and CDK reads `${Token[…]}` as a token.
 */

/** Needs no quotes in flow style, and is a text in every YAML version. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./*@+-]*$/;
const NOT_TEXT = /^(?:y|n|yes|no|on|off|true|false|null|[-+.0-9]|\.inf|\.nan)$/i;
/** Characters that a double-quoted text escapes: braces, quotes, and everything outside ASCII. */
const ESCAPED = /["\\{}]|[^\x20-\x7e]/gu;
const BEYOND_LATIN1 = 0xff;
const BEYOND_BMP = 0xffff;

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  let code = character.codePointAt(0) ?? 0;
  // Half a surrogate pair is no character, and YAML can't write it.
  if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
  const hex = code.toString(16);
  if (code > BEYOND_BMP) return `\\U${hex.padStart(8, '0')}`;
  return code > BEYOND_LATIN1 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
}

/** One text, quoted if necessary. */
export function scalar(text: string): string {
  return PLAIN.test(text) && !NOT_TEXT.test(text) ? text : `"${text.replace(ESCAPED, escaped)}"`;
}

export type FlowValue = string | boolean | number | null | readonly FlowValue[] | FlowMapping;
export interface FlowMapping {
  readonly [key: string]: FlowValue | undefined;
}

/** On one line. */
export function value(given: FlowValue): string {
  if (typeof given === 'string') return scalar(given);
  if (typeof given !== 'object' || given === null) return String(given);
  return isList(given) ? `[${given.map(value).join(', ')}]` : flow(given);
}

/** TypeScript's own check doesn't know read-only lists. */
const isList = (given: readonly FlowValue[] | FlowMapping): given is readonly FlowValue[] =>
  Array.isArray(given);

/** `{key: value, …}` on one line; a key without a value is left out. */
export function flow(entries: FlowMapping): string {
  const written = Object.entries(entries)
    .flatMap(([key, given]) => (given === undefined ? [] : [`${scalar(key)}: ${value(given)}`]))
    .join(', ');
  return `{${written}${written.endsWith('}') ? ' ' : ''}}`;
}

/** A block sequence under `key`, every item on its own line; `[]` when there is none. */
export function list(key: string, items: readonly string[], indent: string): string[] {
  return items.length === 0
    ? [`${indent}${key}: []`]
    : [`${indent}${key}:`, ...items.map((item) => `${indent}- ${item}`)];
}
