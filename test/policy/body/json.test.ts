import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import {
  DEEPEST,
  type Json,
  LONGEST_WHOLE_TEXT,
  LongText,
  MOST_TEXT,
  MOST_VALUES,
  readJson,
} from '../../../lib/policy/body/json';

/** As `JSON.parse` would give it: rounded integers, and keys in their order. */
function plain(value: Json): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof LongText) return value.beginning;
  if (value instanceof Map) return { object: [...value].map(([key, each]) => [key, plain(each)]) };
  return Array.isArray(value) ? value.map(plain) : value;
}

function parsed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value !== 'object' || value === null) return value;
  return { object: Object.keys(value).map((key) => [key, parsed((value as Record<string, unknown>)[key])]) };
}

const sorted = (value: unknown) =>
  JSON.stringify(value, (key, each) => (key === 'object' ? [...each].sort() : each));

describe('JSON is read strictly', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['a key twice', '{"a": 1, "a": 2}', 'has a key twice in one object (at byte 13)'],
    ['a key twice, once escaped', '{"a": 1, "\\u0061": 2}', 'has a key twice'],
    ['a key twice, deep in a list', '[[{"x": {"y": 1, "y": 1}}]]', 'has a key twice'],
    ['text after the value', '{} {}', 'has more text after the JSON value'],
    ['nothing', '', 'is not JSON'],
    ['a byte order mark', '\ufeff{}', 'is not JSON'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'is not JSON'],
    ['Latin-1', Buffer.from('"é"', 'latin1'), 'is not UTF-8'],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'is not UTF-8'],
    ['half of a surrogate pair', '"\\ud83d"', 'has half of a surrogate pair'],
    ['half of a surrogate pair before a letter', '"\\ud83dx"', 'has half of a surrogate pair'],
    ['the second half alone', '"\\ude00"', 'has half of a surrogate pair'],
    ['a NUL in a key', '{"a\\u0000": 1}', 'has a NUL in a key'],
    ['a control character', '"a\nb"', 'is not JSON'],
    ['an unknown escape', '"\\x41"', 'is not JSON'],
    ['a cut escape', '"\\u12"', 'is not JSON'],
    ['a comma at the end', '[1,]', 'is not JSON'],
    ['a comment', '{/**/}', 'is not JSON'],
    ['single quotes', "{'a': 1}", 'is not JSON'],
    ['a leading zero', '01', 'is not JSON'],
    ['NaN', 'NaN', 'is not JSON'],
    ['a number out of range', '1e400', 'has a number out of range'],
    ['a number of many digits', '1'.repeat(100), 'has a number of more than 64 characters'],
    ['a body cut in the middle', '{"a": "b', 'is not JSON'],
    ['10,000 levels of lists', '['.repeat(10_000), `nests deeper than ${DEEPEST} levels`],
    ['10,000 levels of objects', '{"a":'.repeat(10_000), `nests deeper than ${DEEPEST} levels`],
    ['more values than a reader holds', `[${'0,'.repeat(MOST_VALUES)}0]`, `more than ${MOST_VALUES} values`],
    [
      'more text than a reader holds',
      `["${Array(MOST_TEXT / LONGEST_WHOLE_TEXT + 1)
        .fill('x'.repeat(LONGEST_WHOLE_TEXT))
        .join('","')}"]`,
      `add up to more than ${MOST_TEXT}`,
    ],
  ])('%s is refused', (_, text, problem) => {
    const read = readJson(Buffer.from(text as string));
    expect(read).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  test('an integer that a double cannot hold stays exact', () => {
    expect(readJson(Buffer.from('9007199254740993'))).toEqual({ ok: true, value: 9007199254740993n });
  });

  test('a document of 31 MiB is read without a copy of it', () => {
    const size = 31 * 1024 * 1024;
    const body = Buffer.alloc(size, 'A');
    body.write('["data:a\\/');
    body.write('"]', size - 2);
    const before = process.memoryUsage();
    const read = readJson(body);
    const after = process.memoryUsage();
    expect(read).toEqual({ ok: true, value: [new LongText('data:a')] });
    expect(after.rss - before.rss).toBeLessThan(24 * 1024 * 1024);
    expect(LONGEST_WHOLE_TEXT).toBeLessThan(size);
  });
});

describe('what is accepted reads as JSON.parse reads it', () => {
  const agrees = (text: string) => {
    const read = readJson(Buffer.from(text));
    if (read.ok) expect(sorted(plain(read.value))).toBe(sorted(parsed(JSON.parse(text))));
    return read.ok;
  };

  test('for every JSON text', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => void expect(agrees(text)).toBe(true)));
  });

  test('for texts near JSON', () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"A"',
      '"\\u0061"',
      '"\\ud83d"',
      '"\\ude00"',
      '1',
      '-0',
    ];
    const more = [
      '01',
      '1e5',
      '9007199254740993',
      'null',
      'true',
      ' ',
      '\\',
      '"',
      '\u0000',
      'é',
      '__proto__',
    ];
    const text = fc.array(fc.constantFrom(...tokens, ...more), { maxLength: 14 });
    fc.assert(
      fc.property(text, (parts) => void agrees(parts.join(''))),
      { numRuns: 5000 },
    );
  });

  test('for JSON with one changed byte', () => {
    const changed = fc.tuple(fc.json(), fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(changed, (bytes) => {
        const read = readJson(bytes);
        if (read.ok) expect(sorted(plain(read.value))).toBe(sorted(parsed(JSON.parse(bytes.toString()))));
      }),
      { numRuns: 2000 },
    );
  });
});
