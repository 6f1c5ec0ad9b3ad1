import * as fc from 'fast-check';
import { printable, printableData, printableJson, printableLines } from '../lib/printable';
import { OBEYED } from './cli/obeyed';

describe('nothing from a file reaches the terminal as a command', () => {
  test.each([
    ['a colour', '\u001b[31mred', '\\u001b[31mred'],
    ['a title', '\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
    ['an eight-bit introducer', '\u009b31m', '\\u009b31m'],
    ['a line of its own', 'a\nsound: 2 agents', 'a\\nsound: 2 agents'],
    ['a return to the line start', 'evil\rgood', 'evil\\rgood'],
    ['a turned reading direction', 'api.\u202emoc.live', 'api.\\u202emoc.live'],
    ['letters without width', 'api\u200b.example.com', 'api\\u200b.example.com'],
    ['half a letter', 'a\ud800b', 'a\\ud800b'],
    ['a tag letter beyond the first plane', '\u{e0041}', '\\udb40\\udc41'],
  ])('%s is written out', (_what, hostile, shown) => {
    expect(printable(hostile)).toBe(shown);
  });

  test('letters of any language stay as they are', () => {
    expect(printable('naïve Ωmega 漢字 🙂 "quoted" \\ back')).toBe('naïve Ωmega 漢字 🙂 "quoted" \\ back');
  });

  test('text of several lines keeps its line breaks and nothing else', () => {
    expect(printableLines('a\r\nb\u001b[2J\n\tc')).toBe('a\nb\\u001b[2J\n\tc');
  });

  test('no string leaves anything a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(OBEYED);
        expect(printable(text)).not.toContain('\n');
      }),
    );
  });

  test('JSON parses to the very value it was made from', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = printableJson(value);
        expect(text).not.toMatch(OBEYED);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
      }),
    );
  });

  test('keys are made printable as values are', () => {
    expect(printableData({ 'a\u001b': [{ b: 'c\u0007' }], date: 1 })).toEqual({
      'a\\u001b': [{ b: 'c\\u0007' }],
      date: 1,
    });
  });
});
