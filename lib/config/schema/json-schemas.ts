import { z } from 'zod';
import { agentSchema } from './agent-schema';
import { airlockSchema } from './airlock-schema';
import { presetSchema } from './preset-schema';

/** The JSON Schemas for editors by file name: the content of `config/schema/`. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  const schemas = { airlock: airlockSchema, agent: agentSchema, preset: presetSchema };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
      return [`${name}.schema.json`, `${print(json)}\n`];
    }),
  );
}

const WIDTH = 110;

/** Prints JSON as biome formats it, so that the generated files pass the linter. */
function print(value: unknown, indent = '', used = 0): string {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isFlat = value.every((item) => typeof item !== 'object');
    if (isFlat && indent.length + used + flat.length < WIDTH) {
      return flat;
    }
    return `[\n${value.map((item) => deeper + print(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${deeper}${name}${print(item, deeper, name.length)}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}
