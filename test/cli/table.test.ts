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

describe('a narrow terminal', () => {
  const rows = [
    ['NAME', 'MODE', 'WHAT'],
    ['flow-logs-undelivered', 'shadow', 'has flow logs that AWS does not deliver'],
  ];
  const paint = (text: string) => `<${text}>`;

  test('narrows columns of several words, and breaks no word', () => {
    expect(table(rows, '', 50)).toEqual([
      'NAME                   MODE    WHAT',
      'flow-logs-undelivered  shadow  has flow logs that',
      '                               AWS does not',
      '                               deliver',
    ]);
  });

  test('lets the cells of a row follow one another where the columns do not fit', () => {
    expect(table([...rows, ['x', '', 'y']], ' ', 36)).toEqual([
      ' NAME  MODE  WHAT',
      ' flow-logs-undelivered  shadow',
      '   has flow logs that AWS does not',
      '   deliver',
      ' x  y',
    ]);
    expect(table([['a'.repeat(20), 'one two three four']], '', 30)).toEqual([
      'a'.repeat(20),
      '  one two three four',
    ]);
    expect(table([['a'.repeat(30), { text: 'b c', paint }, 'd'.repeat(20)]], '', 24)).toEqual([
      'a'.repeat(30),
      '  <b c>',
      `  ${'d'.repeat(20)}`,
    ]);
  });

  test('a word that is longer than most is broken inside its column', () => {
    expect(table([['a', 'b'.repeat(30)]], '', 28)).toEqual([`a  ${'b'.repeat(25)}`, `   ${'b'.repeat(5)}`]);
  });
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
