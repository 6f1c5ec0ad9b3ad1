import fc from 'fast-check';
import { allHeadersBut, REFUSED_HEADERS } from '../../lib/policy';

const passes = (expression: string, name: string) => new RegExp(expression.slice(1, -1)).test(name);
const token = fc.stringMatching(/^[a-z0-9-]{1,12}$/);

describe('POL-1 headers that make another request of the one that was judged', () => {
  test.each(REFUSED_HEADERS)('%s is taken off', (name) => {
    expect(passes(allHeadersBut(), name)).toBe(false);
  });

  test.each([
    'upgrade-insecure-requests',
    'x-http',
    'x-lab',
    'x-api-key',
    'authorization',
    'x-oriented',
    'xhttp-method',
  ])('%s is not', (name) => {
    expect(passes(allHeadersBut(), name)).toBe(true);
  });

  test('an expression is the complement of its names and beginnings, whatever they are', () => {
    const words = fc.uniqueArray(token, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(words, words, token, (names, beginnings, other) => {
        const expression = allHeadersBut({ names, beginnings });
        const all = [...names, ...beginnings, other];
        for (const name of [
          ...all,
          ...all.map((each) => each + other),
          ...all.map((each) => each.slice(0, -1)),
        ]) {
          if (name === '') continue;
          const refused = names.includes(name) || beginnings.some((each) => name.startsWith(each));
          expect([names, beginnings, name, passes(expression, name)]).toEqual([
            names,
            beginnings,
            name,
            !refused,
          ]);
        }
      }),
    );
  });
});
