import fc from 'fast-check';
import { makeCanaries } from '../../lib/canary/credentials';
import { CanaryFinder } from '../../lib/canary/finder';
import { unescaped } from '../../lib/canary/unescaped';

const canaries = makeCanaries();
const finder = new CanaryFinder(canaries);
const find = (text: string) => finder.find(Buffer.from(text, 'latin1'));
const backwards = (text: string) => [...text].reverse().join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const percent = (text: string) => text.replace(/./g, (each) => `%${each.charCodeAt(0).toString(16)}`);

const FORMS: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in lower case': (text) => text.toLowerCase(),
  'in upper case': (text) => text.toUpperCase(),
  backwards,
  'percent-encoded': percent,
  'percent-encoded twice': (text) => percent(percent(text)),
  'escaped for JSON': (text) => text.replace(/./g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`),
  'in hex': (text) => Buffer.from(text).toString('hex'),
  'in hex, upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'in base64': base64,
  'in base64, one byte on': (text) => base64(`a${text}`),
  'in base64, two bytes on': (text) => base64(`ab${text}`),
  'in base64 for addresses': (text) => Buffer.from(`ab${text}`).toString('base64url'),
  'in base64, percent-encoded': (text) => percent(base64(text)),
  'in lower case, in base64': (text) => base64(text.toLowerCase()),
  'backwards, in base64': (text) => base64(backwards(text)),
  'in base64, backwards': (text) => backwards(base64(text)),
  'in base64 with its line breaks': (text) =>
    base64(`password: ${text}\n`.repeat(3)).replace(/.{76}/g, '$&\\n'),
};

test.each(Object.keys(FORMS))('every value of every canary is found %s', (name) => {
  for (const { id, values } of canaries)
    for (const value of values) expect(find(`a note: ${FORMS[name]?.(value)}.`)).toEqual([id]);
});

test('a whole file, and the half of a value, are found', () => {
  for (const { id, text, values } of canaries) {
    expect(find(text)).toEqual([id]);
    expect(find(base64(text))).toEqual([id]);
    expect(find((values[0] as string).slice(0, 31))).toEqual([id]);
  }
});

test('canaries of one box are found together, and those of another are not', () => {
  expect(find(canaries.map(({ text }) => text).join(' '))).toHaveLength(8);
  for (const { text } of makeCanaries()) expect(find(text)).toEqual([]);
});

test('honest text holds none, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => finder.find(Buffer.from(bytes)).length === 0),
  );
  const changed = (value: string) => value.replace(/(.{7}).(.{0,8})/g, '$1.$2');
  for (const { values } of canaries) for (const value of values) expect(find(changed(value))).toEqual([]);
});

test('a large body is searched whole, in turns', () => {
  const [{ id, values }] = canaries as [(typeof canaries)[0]];
  for (const before of [0, 128 * 1024 - 20, 128 * 1024, 1_000_000]) {
    const slices = finder.findInSlices(
      Buffer.from(`${'x'.repeat(before)}${percent(values[0] as string)}${'y'.repeat(9)}`),
    );
    let next = slices.next();
    while (!next.done) next = slices.next();
    expect(next.value).toEqual([id]);
  }
});

test('a short credential under all layers is found across the end of a turn', () => {
  const short = new CanaryFinder([{ id: 'x', values: ['AB2CD3EF4GH5IJ6K'] }]);
  const escaped = (text: string) => text.replace(/./g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`);
  const form = escaped(escaped(escaped(Buffer.from('AB2CD3EF4GH5IJ6K').toString('hex'))));
  const slices = short.findInSlices(Buffer.from(`${'x'.repeat(128 * 1024 - 5_000)}${form}`));
  let next = slices.next();
  while (!next.done) next = slices.next();
  expect(next.value).toEqual(['x']);
});

test.each([
  ['%41%4a%zz%', 'AJ%zz%'],
  ['\\u0041\\x42\\/\\n\\', 'AB/n\\'],
  ['\\u00', 'u00'],
])('%s is unescaped', (text, plain) => {
  expect(unescaped(Buffer.from(text))?.toString()).toBe(plain);
});

test('a text without escapes has nothing to undo', () => {
  expect(unescaped(Buffer.from('plain % text'))).toBeUndefined();
});
