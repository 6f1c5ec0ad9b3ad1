/**
 * Text from files, templates and arguments is hostile: a terminal obeys escape sequences, and invisible letters that
 * turn the reading direction make one host look like another. Everything printed goes through here first.
 */

// Controls, formatting letters (they turn, join or hide text), line and paragraph separators, private use, halves.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeAll(text: string, short: Readonly<Record<string, string>>): string {
  return text.replace(UNSAFE, (character) => short[character] ?? codeUnits(character));
}

/** `\u001b`: the form JSON and JavaScript share; letters beyond the first plane become a pair. */
function codeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** One line of text without anything a terminal would obey: `\n` and escapes become visible. */
export function printable(text: string): string {
  return escapeAll(text, SHORT);
}

/** The same for text of several lines: line breaks stay. */
export function printableLines(text: string): string {
  return text
    .split(/\r?\n/u)
    .map((line) => escapeAll(line, { '\t': '\t' }))
    .join('\n');
}

/** Every string inside a value made printable, keys included; anything that is not plain data is left alone. */
export function printableData<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [printable(key), clean(entry)]));
  }
  return value;
}

/** JSON of a value, two spaces, in which nothing but letters reaches the terminal; it parses to the very same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => escapeAll(line, {}))
    .join('\n');
}
