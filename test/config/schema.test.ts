import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from '../../lib/config';

describe('the JSON Schemas that editors use', () => {
  test.each(Object.entries(jsonSchemas()))(
    'config/schema/%s is what the schema says now',
    (name, expected) => {
      // When it fails: the schema changed; generate the files again and look at the difference.
      expect(readFileSync(join(__dirname, '../../config/schema', name), 'utf8')).toBe(expected);
    },
  );

  test('every setting has a description, and no object takes unknown keys', () => {
    for (const text of Object.values(jsonSchemas())) {
      for (const { key, node } of objects(JSON.parse(text))) {
        for (const [name, property] of Object.entries(node.properties ?? {})) {
          expect([key, name, (property as { description?: string }).description]).toEqual([
            key,
            name,
            expect.any(String),
          ]);
        }
        if (node.type === 'object' && node.properties) {
          expect([key, node.additionalProperties]).toEqual([key, false]);
        }
      }
    }
  });
});

interface Node {
  readonly type?: string;
  readonly properties?: Record<string, unknown>;
  readonly additionalProperties?: unknown;
}

function objects(value: unknown, key = ''): { key: string; node: Node }[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const inner = Object.entries(value).flatMap(([name, child]) => objects(child, `${key}/${name}`));
  return Array.isArray(value) ? inner : [{ key, node: value as Node }, ...inner];
}
