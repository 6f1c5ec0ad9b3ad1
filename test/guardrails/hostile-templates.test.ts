import fc from 'fast-check';
import { judge } from '../../lib/guardrails';
import { pinned, templateOf } from '../stack/synthesise';
import { shippedAirlock } from '../support/arbitrary-airlock';

const SHIPPED = JSON.stringify(templateOf(pinned(shippedAirlock())));

const JUNK: readonly unknown[] = [
  null,
  '',
  '*',
  0,
  -1,
  true,
  [],
  {},
  [[[]]],
  { Ref: 'Nothing' },
  { 'Fn::GetAtt': 'x' },
  { 'Fn::Sub': '${' },
];

/** Every place in a template below `Resources.<id>`. */
function places(node: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof node !== 'object' || node === null) {
    return [path];
  }
  return [path, ...Object.entries(node).flatMap(([key, value]) => places(value, [...path, key]))];
}

function put(template: object, path: readonly string[], junk: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (node, key) => node[key] as Record<string, unknown>,
      template as Record<string, unknown>,
    );
  parent[path.at(-1) as string] = structuredClone(junk);
}

describe('templates that nobody wrote on purpose', () => {
  const all = places(JSON.parse(SHIPPED)).filter(
    (path) => path[0] === 'Resources' && path[2] === 'Properties' && path.length > 3,
  );

  test('junk anywhere is judged without a crash, and each finding says where, what and what to do', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...JUNK), (path, junk) => {
        const template = JSON.parse(SHIPPED);
        put(template, path, junk);
        for (const { resource, message, fix } of judge(template)) {
          expect([resource, message, fix].every((text) => text.length > 0)).toBe(true);
          expect(message).not.toMatch(/undefined|\[object/);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('what is no template at all is said to be none', () => {
    expect(() => judge([])).toThrow('not a CloudFormation template');
  });
});
