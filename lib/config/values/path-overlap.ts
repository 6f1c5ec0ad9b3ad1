import { type PathToken, pathTokens } from './path-pattern';

/** Whether some path matches both patterns. The answer is exact. */
export function pathsOverlap(a: string, b: string): boolean {
  if (!sameBeginning(a, b)) {
    return false;
  }
  return pathTokens(a).some((left) => pathTokens(b).some((right) => meet(left, right)));
}

/** False if the patterns differ before either has a wildcard: then no path matches both. */
function sameBeginning(a: string, b: string): boolean {
  const literal = (pattern: string) => pattern.replace(/\/\*$/, '').replace(/[*[].*$/, '');
  const [left, right] = [literal(a), literal(b)];
  return left.startsWith(right) || right.startsWith(left);
}

/** Searches the pairs of positions that one common path can reach in both patterns. */
function meet(a: readonly PathToken[], b: readonly PathToken[]): boolean {
  const seen = new Set<number>();
  const waiting: [number, number][] = [[0, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [i, j] = next;
    const state = i * (b.length + 1) + j;
    if (seen.has(state)) {
      continue;
    }
    seen.add(state);
    if (i === a.length && j === b.length) {
      return true;
    }
    waiting.push(...steps(a[i], b[j], i, j));
  }
  return false;
}

function steps(
  left: PathToken | undefined,
  right: PathToken | undefined,
  i: number,
  j: number,
): [number, number][] {
  const result: [number, number][] = [];
  if (left && repeats(left)) {
    result.push([i + 1, j]);
  }
  if (right && repeats(right)) {
    result.push([i, j + 1]);
  }
  if (left && right && shareCharacter(left, right)) {
    result.push([repeats(left) ? i : i + 1, repeats(right) ? j : j + 1]);
  }
  return result;
}

function repeats(token: PathToken): boolean {
  return token.kind === 'star' || token.kind === 'rest';
}

function shareCharacter(a: PathToken, b: PathToken): boolean {
  return rangesOf(a).some(([low, high]) => rangesOf(b).some((other) => low <= other[1] && other[0] <= high));
}

const SLASH = 47;
const LAST = 0x10ffff;

function rangesOf(token: PathToken): (readonly [number, number])[] {
  switch (token.kind) {
    case 'character':
      return [[code(token.character), code(token.character)]];
    case 'class':
      return token.ranges
        .map(([low, high]) => [code(low), code(high)] as const)
        .filter(([low, high]) => low <= high);
    case 'star':
      return [
        [0, SLASH - 1],
        [SLASH + 1, LAST],
      ];
    case 'rest':
      return [[0, LAST]];
  }
}

function code(character: string): number {
  return character.codePointAt(0) ?? 0;
}
