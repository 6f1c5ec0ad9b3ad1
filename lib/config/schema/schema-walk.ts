import { z } from 'zod';
import { isRecord } from '../scalar';
import type { Path } from '../source/source';

/** The keys that the object at a path may have; of several alternatives, those of the one that fits best. */
export function keysAt(schema: z.ZodType, path: Path, value: unknown): string[] {
  const objects = schemasAt(schema, path).filter((found) => found instanceof z.ZodObject);
  const present = isRecord(value) ? Object.keys(value) : [];
  const shared = (object: z.ZodObject) => present.filter((key) => key in object.shape).length;
  const [best] = objects.sort((a, b) => shared(b) - shared(a));
  return best ? Object.keys(best.shape) : [];
}

export function descriptionAt(schema: z.ZodType, path: Path): string | undefined {
  const parent = schemasAt(schema, path.slice(0, -1));
  for (const found of parent) {
    const field = found instanceof z.ZodObject ? found.shape[String(path.at(-1))] : undefined;
    const description = field && described(field);
    if (description) {
      return description;
    }
  }
  return undefined;
}

function described(schema: z.core.$ZodType): string | undefined {
  return (schema as z.ZodType).description ?? unwrapped(schema)?.description;
}

function unwrapped(schema: z.core.$ZodType): z.ZodType | undefined {
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : undefined;
  return inner as z.ZodType | undefined;
}

function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  return path.reduce<z.ZodType[]>(
    (found, step) => found.flatMap((each) => inside(each, step)).flatMap(alternatives),
    alternatives(schema),
  );
}

function alternatives(schema: z.core.$ZodType): z.ZodType[] {
  const inner = unwrapped(schema);
  if (inner) {
    return alternatives(inner);
  }
  return schema instanceof z.ZodUnion ? schema.options.flatMap(alternatives) : [schema as z.ZodType];
}

function inside(schema: z.ZodType, step: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    return Object.hasOwn(schema.shape, step) ? [schema.shape[step]] : [];
  }
  if (schema instanceof z.ZodArray) {
    return [schema.element];
  }
  return schema instanceof z.ZodRecord ? [schema.valueType] : [];
}
