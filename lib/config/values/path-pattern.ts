import { refusing, shaped } from '../finding';

/**
 * One element of a path pattern as iron-proxy reads it: a character, a class of characters, `*` (any run without
 * a "/"), or the rest of a path after `…/*` (any run).
 */
export type PathToken =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'class'; readonly ranges: readonly (readonly [low: string, high: string])[] }
  | { readonly kind: 'star' }
  | { readonly kind: 'rest' };

/** Go refuses a class that begins with "-". */
const CLASS = '\\[(?!-)[A-Za-z0-9_.~@:*+$!,;=-]+\\]';
const BROKEN_CLASS = new RegExp(`^(?!(?:[^[\\]]|${CLASS})*$)`);

/** Parts of regular expressions and URI templates, which have no meaning in a pattern. */
const FOREIGN =
  /\\[a-z]|\.[*+]|(?<!\[)\^|\$$|\([^/()|]*\||\(\?|-[^[\]]\][+{]|\{[^/{}]*\}|\/:[a-z_]+(?=\/|$)/i;

const quoted = (text: string) => `write ${JSON.stringify(text)}`;

/** Accepts Go's `path.Match`, plus a last `/*` for a subtree, as far as iron-proxy and a reviewer read it alike. */
export const checkPath = shaped(
  /^\/[^?#%\\^]*$/,
  refusing([
    [/^.{1025}/s, 'is longer than 1024 characters', 'write a shorter pattern'],
    [/^[a-z]+:\/\//i, 'must be a path, not an address', 'write the part that begins after the host'],
    [
      FOREIGN,
      'looks like a regular expression or a template, of which a path has only "*" and "[…]"',
      'write "*" for any text of a segment, "[0-9]" for one character of a set, and one path for each alternative',
    ],
    [/^(?!\/)/, 'must start with "/"', (path) => quoted(`/${path}`)],
    [/[\p{Cc}\p{Zl}\p{Zp}]/u, 'has a control character', 'remove it'],
    [
      /\?/,
      'has a "?", which is no wildcard, and a query is not compared',
      'leave a query out, and write one character of a set as a class such as "[abc]"',
    ],
    [/#/, 'has a "#"', 'remove what follows it: fragments are never sent'],
    [/%/, 'has a "%" escape', 'write the character itself: patterns are compared with the decoded path'],
    [/\\/, 'has a "\\"', 'remove it: write a literal "*" as "[*]"'],
    [/\*\*/, 'has "**", which means no more than "*"', 'end the pattern with "/*" to cover everything below'],
    [
      /\/\.{1,2}(?:\/|$)/,
      'has a "." or ".." segment, which is refused in every request',
      'write the path it leads to',
    ],
    [/\/\//, 'has an empty segment ("//")', (path) => quoted(path.replace(/\/{2,}/g, '/'))],
    [/\[\^/, 'has a negated class, which would match "/" as well', 'name the characters that are allowed'],
    [BROKEN_CLASS, 'has a class of characters that is not valid', 'write one such as "[a-z0-9]"'],
    [
      /[*[].*\/\*$/,
      'has a wildcard before its last "/*", where it is taken literally',
      'write one pattern for each depth, such as "/v1/*/items", without "/*" at the end',
    ],
  ]),
);

/**
 * The alternatives that a valid pattern stands for: two for a pattern with a last `/*` (the base alone, and everything below
 * it), one for any other.
 */
export function pathTokens(pattern: string): PathToken[][] {
  if (pattern.endsWith('/*')) {
    const base = characters(pattern.slice(0, -2));
    return [base, [...base, { kind: 'character', character: '/' }, { kind: 'rest' }]];
  }
  const tokens: PathToken[] = [];
  for (let rest = pattern; rest !== ''; ) {
    const [token, length] = nextToken(rest);
    tokens.push(token);
    rest = rest.slice(length);
  }
  return [tokens];
}

function characters(text: string): PathToken[] {
  return [...text].map((character) => ({ kind: 'character', character }));
}

function nextToken(text: string): [token: PathToken, length: number] {
  if (text.startsWith('*')) {
    return [{ kind: 'star' }, 1];
  }
  const end = text.startsWith('[') ? text.indexOf(']') : -1;
  if (end > 0) {
    return [{ kind: 'class', ranges: classRanges(text.slice(1, end)) }, end + 1];
  }
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return [{ kind: 'character', character }, character.length];
}

function classRanges(text: string): [string, string][] {
  const ranges: [string, string][] = [];
  for (let index = 0; index < text.length; index++) {
    const low = text.charAt(index);
    const isRange = text[index + 1] === '-' && index + 2 < text.length;
    ranges.push([low, isRange ? text.charAt(index + 2) : low]);
    index += isRange ? 2 : 0;
  }
  return ranges;
}
