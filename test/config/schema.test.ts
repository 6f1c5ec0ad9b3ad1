import { jsonSchemas } from '../../lib/config';

describe('the JSON Schemas that editors use', () => {
  test.each([
    ['airlock', 'name', 'airlock', 'Airlock'],
    ['airlock', 'notify/items', 'security@example.com', 'security'],
    ['airlock', 'env/properties/region', 'eu-west-1', 'ireland'],
    ['airlock', 'network/properties/cidr', '10.64.0.0/20', '10.64.0.0/8'],
    ['airlock', 'network/properties/resolvers/items', '9.9.9.9', 'dns.example.com'],
    ['airlock', 'mirrors/properties/apt', 'https://mirror.example.com/debian', 'http://mirror.example.com'],
    ['agent', 'name', 'scout-2', 'scout_2'],
    ['agent', 'owner', 'devrel@example.com', 'devrel'],
    ['agent', 'host/properties/instanceType', 't4g.large', 't3.large'],
    ['agent', 'egress/items/anyOf/0/properties/host', '*.example.com', 'https://api.example.com'],
    ['agent', 'egress/items/anyOf/0/properties/paths/items', '/v1/[0-9]*', 'v1'],
    ['agent', 'secrets/additionalProperties/properties/parameter', '/airlock/scout/key', 'key'],
    ['agent', 'secrets/additionalProperties/properties/ttl', '1h30m', '15 minutes'],
    ['preset', 'name', 'github-clone', 'GitHub'],
  ])('%s.schema.json has a pattern for %s', (file, place, good, bad) => {
    const schema = JSON.parse(jsonSchemas()[`${file}.schema.json`] as string);
    const { pattern } = place.split('/').reduce((node, key) => node[key], schema.properties);
    // As editors compile it.
    expect([good, bad].map((text) => new RegExp(pattern, 'u').test(text))).toEqual([true, false]);
  });

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
