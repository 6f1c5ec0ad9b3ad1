import { decodeRune, RUNE_ERROR, type Rune, toBytes } from './bytes';

/**
 * Exactly Go's `path.Match`, with which iron-proxy matches paths and hosts. `*` and `?` never match a `/`, `[a-z]` and
 * `[^a-z]` match one character (a `/` too), `\` makes the next character literal.
 */
export type PathMatch = 'match' | 'no match' | 'bad pattern';

class BadPattern extends Error {}

interface Chunk {
  readonly star: boolean;
  readonly text: string;
  readonly rest: string;
}

/** The pattern up to its next `*`, without the stars before it. */
function nextChunk(pattern: string): Chunk {
  let start = 0;
  while (pattern[start] === '*') start += 1;
  let inClass = false;
  let end = start;
  for (; end < pattern.length; end += 1) {
    const character = pattern[end];
    if (character === '\\') end += end + 1 < pattern.length ? 1 : 0;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '*' && !inClass) break;
  }
  return { star: start > 0, text: pattern.slice(start, end), rest: pattern.slice(end) };
}

interface Cursor {
  readonly chunk: string;
  at: number;
}

/** One end of a range inside a class, as a code point. */
function classCharacter(cursor: Cursor): number {
  const { chunk } = cursor;
  const first = chunk[cursor.at];
  if (first === undefined || first === '-' || first === ']') throw new BadPattern();
  if (first === '\\') {
    cursor.at += 1;
    if (cursor.at >= chunk.length) throw new BadPattern();
  }
  const rune = decodeRune(chunk, cursor.at);
  if (rune.code === RUNE_ERROR && rune.width === 1) throw new BadPattern();
  cursor.at += rune.width;
  // The closing bracket must still follow.
  if (cursor.at >= chunk.length) throw new BadPattern();
  return rune.code;
}

/** Whether the character is in a class; reads the whole class. */
function inClass(cursor: Cursor, code: number): boolean {
  const { chunk } = cursor;
  cursor.at += 1;
  const negated = chunk[cursor.at] === '^';
  if (negated) cursor.at += 1;
  let found = false;
  for (let ranges = 0; !(ranges > 0 && chunk[cursor.at] === ']'); ranges += 1) {
    const low = classCharacter(cursor);
    let high = low;
    if (chunk[cursor.at] === '-') {
      cursor.at += 1;
      high = classCharacter(cursor);
    }
    found ||= low <= code && code <= high;
  }
  cursor.at += 1;
  return found !== negated;
}

/**
 * How many bytes of `name`, from `start`, a chunk without stars matches; -1 if it doesn't. It reads the chunk to its end in
 * any case, because a malformed rest is an error for every name.
 */
function takeChunk(chunk: string, name: string, start: number): number {
  const cursor: Cursor = { chunk, at: 0 };
  let position = start;
  let failed = false;
  while (cursor.at < chunk.length) {
    failed ||= position >= name.length;
    const character = chunk[cursor.at];
    if (character === '[') {
      const rune: Rune = failed ? { code: 0, width: 0 } : decodeRune(name, position);
      failed = !inClass(cursor, rune.code) || failed;
      position += rune.width;
      continue;
    }
    if (character === '?') {
      failed ||= name[position] === '/';
      position += failed ? 0 : decodeRune(name, position).width;
    } else {
      if (character === '\\') cursor.at += 1;
      if (cursor.at >= chunk.length) throw new BadPattern();
      failed ||= chunk[cursor.at] !== name[position];
      position += 1;
    }
    cursor.at += 1;
  }
  return failed ? -1 : position - start;
}

/** The end of the first place after a star where the chunk matches, before the next `/`; -1 for none. */
function seekChunk(chunk: Chunk, name: string, start: number): number {
  for (let skip = start; skip < name.length && name[skip] !== '/'; skip += 1) {
    const taken = takeChunk(chunk.text, name, skip + 1);
    const end = skip + 1 + taken;
    if (taken >= 0 && (chunk.rest !== '' || end === name.length)) return end;
  }
  return -1;
}

function run(pattern: string, name: string): boolean {
  let rest = pattern;
  let position = 0;
  while (rest !== '') {
    const chunk = nextChunk(rest);
    rest = chunk.rest;
    if (chunk.star && chunk.text === '') return !name.slice(position).includes('/');
    const taken = takeChunk(chunk.text, name, position);
    if (taken >= 0 && (position + taken === name.length || rest !== '')) {
      position += taken;
      continue;
    }
    const end = chunk.star ? seekChunk(chunk, name, position) : -1;
    if (end >= 0) {
      position = end;
      continue;
    }
    for (let after = rest; after !== ''; ) {
      const next = nextChunk(after);
      takeChunk(next.text, '', 0);
      after = next.rest;
    }
    return false;
  }
  return position === name.length;
}

/** `pattern` as written, `name` as a byte string. No backtracking over stars, so no input makes it slow. */
export function pathMatch(pattern: string, name: string): PathMatch {
  try {
    return run(toBytes(pattern), name) ? 'match' : 'no match';
  } catch (error) {
    if (error instanceof BadPattern) return 'bad pattern';
    throw error;
  }
}
