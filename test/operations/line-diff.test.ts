import fc from 'fast-check';
import { lineDiff } from '../../lib/operations/ci/line-diff';

const text = (...lines: string[]) => lines.join('\n');

test('a change is shown with two lines around it and what it belongs to', () => {
  const before = text('Group', '  a', '  b', '  c', '  d', 'Host', '  e', '  f', '  g', '  h');
  const after = before.replace('  h', '  H').replace('  a\n', '');
  expect(lineDiff(before, after)).toEqual([
    '@@ ',
    ' Group',
    '-  a',
    '   b',
    '   c',
    '@@ Host',
    '   f',
    '   g',
    '-  h',
    '+  H',
  ]);
});

test('equal texts have no difference', () => expect(lineDiff('a\nb', 'a\nb')).toEqual([]));

const lines = fc
  .array(fc.constantFrom('a', 'b', ' c', 'd'), { maxLength: 12 })
  .map((each) => each.join('\n'));

test('what is taken away and what is added make one text of the other', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const signed = (sign: string) => lineDiff(before, after).filter((line) => line.startsWith(sign)).length;
      expect(after.split('\n').length - before.split('\n').length).toBe(signed('+') - signed('-'));
      expect(lineDiff(before, after).length > 0).toBe(before !== after);
    }),
  );
});

test('texts that differ in too many lines to be compared are shown whole', () => {
  const many = (letter: string) => Array.from({ length: 5000 }, (_, index) => `${letter}${index}`).join('\n');
  expect(lineDiff(many('a'), many('b'))).toHaveLength(10_001);
});
