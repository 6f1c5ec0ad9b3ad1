import { shaped } from '../finding';

/**
 * One element of a path pattern as iron-proxy reads it: a character, a class of characters, `*` (any run without
 * a "/"), or the rest of a path after `…/*` (any run).
 */
export type PathToken =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'class'; readonly ranges: readonly (readonly [low: string, high: string])[] }
  | { readonly kind: 'star' }
  | { readonly kind: 'rest' };

type Test = readonly [bad: (pattern: string) => boolean, message: string, fix: (pattern: string) => string];

const CLASS = /\[((?:[A-Za-z0-9_.~]-[A-Za-z0-9_.~]|[A-Za-z0-9_.~@:*+$!,;=-])+)\]/g;
/** A class begins with something other than "-": Go refuses it otherwise. */
const withoutClasses = (pattern: string) =>
  pattern.replace(CLASS, (found) => (found[1] === '-' ? found : '_'));

const DECODED = 'write the character itself: patterns are compared with the decoded path';
const WILDCARDS =
  'write "*" for any text of a segment, "[0-9]" for one character of a set, and one path for each alternative';

/** Signs of a regular expression or of a URI template, none of which means anything in a pattern. */
const FOREIGN =
  /\\[a-z]|\.[*+]|\^|\$$|\([^/]*\|[^/]*\)|\(\?|\[[^\]]*-[^\]]*\][+{]|\{[^/]*\}|\/:[a-z_]+(?=\/|$)/i;

const TESTS: readonly Test[] = [
  [
    (p) => /^[a-z]+:\/\//i.test(p),
    'must be a path, not an address',
    () => 'write the part that begins after the host',
  ],
  [
    (p) => FOREIGN.test(p.replaceAll('[^', '[')),
    'looks like a regular expression or a template, of which a path has only "*" and "[…]"',
    () => WILDCARDS,
  ],
  [(p) => !p.startsWith('/'), 'must start with "/"', (p) => `write ${JSON.stringify(`/${p}`)}`],
  [(p) => p.length > 1024, 'is longer than 1024 characters', () => 'write a shorter pattern'],
  [(p) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(p), 'has a control character', () => 'remove it'],
  [
    (p) => p.includes('?'),
    'has a "?", which is no wildcard, and a query is not compared',
    () => 'leave a query out, and write one character of a set as a class such as "[abc]"',
  ],
  [(p) => p.includes('#'), 'has a "#"', () => 'remove what follows it: fragments are never sent'],
  [(p) => p.includes('%'), 'has a "%" escape', () => DECODED],
  [(p) => p.includes('\\'), 'has a "\\"', () => 'remove it: write a literal "*" as "[*]"'],
  [
    (p) => p.includes('**'),
    'has "**", which means no more than "*"',
    () => 'end the pattern with "/*" to cover everything below',
  ],
  [
    (p) => /\/\.{1,2}(?:\/|$)/.test(p),
    'has a "." or ".." segment, which is refused in every request',
    () => 'write the path it leads to',
  ],
  [
    (p) => p.includes('//'),
    'has an empty segment ("//")',
    (p) => `write ${JSON.stringify(p.replace(/\/{2,}/g, '/'))}`,
  ],
  [
    (p) => /\[\^/.test(p),
    'has a negated class, which would match "/" as well',
    () => 'name the characters that are allowed',
  ],
  [
    (p) => /[[\]]/.test(withoutClasses(p)),
    'has a class of characters that is not valid',
    () => 'write one such as "[a-z0-9]"',
  ],
  [
    (p) => /[*[].*\/\*$/.test(p),
    'has a wildcard before its last "/*", where it is taken literally',
    () => 'write one pattern for each depth, such as "/v1/*/items", without "/*" at the end',
  ],
];

/** What iron-proxy accepts and a reviewer reads the same way: Go's `path.Match`, and `…/*` for a whole subtree. */
export const checkPath = shaped(/^\/[^?#%\\^]*$/, (pattern) => {
  for (const [bad, message, fix] of TESTS) {
    if (bad(pattern)) {
      return { message, fix: fix(pattern) };
    }
  }
  return undefined;
});

/**
 * The alternatives a valid pattern stands for: `…/*` is the bare base or everything below it, any other pattern
 * only itself.
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
