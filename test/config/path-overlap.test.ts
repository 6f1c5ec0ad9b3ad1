import fc from 'fast-check';
import { pathsOverlap } from '../../lib/config/values/path-overlap';
import { checkPath } from '../../lib/config/values/path-pattern';
import { pathMatches } from '../../lib/policy/matching';

const OVERLAPS: [a: string, b: string, expected: boolean][] = [
  ['/v1/items', '/v1/items', true],
  ['/v1/items', '/v1/item', false],
  ['/v1/*', '/v1', true],
  ['/v1/*', '/v1/a/b/c', true],
  ['/v1/*', '/v10', false],
  ['/v1/*', '/v1/x/*', true],
  ['/v1/a/*', '/v1/b/*', false],
  ['/*', '/anything', true],
  ['/*/items', '/v1/*', true],
  ['/*/items', '/v1/x/items', false],
  ['/a*', '/*b', true],
  ['/a*', '/a/b', false],
  ['/[ab]/x', '/[bc]/x', true],
  ['/[a-c]/x', '/[d-f]/x', false],
  ['/[z-a]', '/*', false],
  ['/[z-a]', '/m', false],
  ['/x[*]', '/xy', false],
  ['/x[*]', '/x*', true],
];

/** Short patterns over few characters, so that overlaps are common; and the paths they are about. */
const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '/', '[ab]', '[b-c]'), { minLength: 0, maxLength: 6 })
  .map((parts) => `/${parts.join('')}`)
  .filter((text) => checkPath(text) === undefined);
const path = fc
  .array(fc.constantFrom('a', 'b', 'c', '/'), { maxLength: 6 })
  .map((parts) => `/${parts.join('')}`);

describe('whether two path patterns can match one path', () => {
  test.each(OVERLAPS)('%s and %s: %s', (a, b, expected) => {
    expect([pathsOverlap(a, b), pathsOverlap(b, a)]).toEqual([expected, expected]);
  });

  test('agrees with the matcher: what both match makes them overlap', () => {
    fc.assert(
      fc.property(pattern, pattern, path, (a, b, text) => {
        if (pathMatches([a], text) && pathMatches([b], text)) {
          expect(pathsOverlap(a, b)).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('agrees with the matcher: an overlap has a path that both match', () => {
    const paths = allPaths(5);
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const witness = paths.some((text) => pathMatches([a], text) && pathMatches([b], text));
        // Short patterns with at most five characters have a short witness, if any.
        if (a.length + b.length <= 8) {
          expect(pathsOverlap(a, b)).toBe(witness);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function allPaths(longest: number): string[] {
  let paths = ['/'];
  const all = [...paths];
  for (let length = 1; length <= longest; length++) {
    paths = paths.flatMap((start) => ['a', 'b', 'c', '/'].map((next) => start + next));
    all.push(...paths);
  }
  return all;
}
