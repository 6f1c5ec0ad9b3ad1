import { count, table } from '../../lib/cli/table';
import { wrap } from '../../lib/wrap';

test('columns are padded before they are painted', () => {
  const paint = (text: string) => `<${text}>`;
  expect(
    table(
      [
        ['a', { text: 'b', paint }, 'c'],
        ['long', 'bee', ''],
        ['x', 'y'],
      ],
      '  ',
    ),
  ).toEqual(['  a     <b  >  c', '  long  bee', '  x     y']);
});

test('wrapping breaks at spaces and never inside a word', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('averylongword b', 4)).toEqual(['averylongword', 'b']);
});

test('one thing is singular', () => {
  expect([count(0, 'rule'), count(1, 'rule'), count(2, 'rule'), count(2, 'policy', 'policies')]).toEqual([
    '0 rules',
    '1 rule',
    '2 rules',
    '2 policies',
  ]);
});
