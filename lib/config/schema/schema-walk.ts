import { z } from 'zod';
import { isRecord } from '../../json';
import type { Path } from '../source/source';

/** The keys allowed at a path. Of several alternatives, those of the one that shares most keys with the value. */
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
  return (schema as z.ZodType).description ?? unwrapped(schema).description;
}

/** A setting's schema without its `optional` or default. */
export function unwrapped(schema: z.core.$ZodType | undefined): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? unwrapped(schema.unwrap())
    : (schema as z.ZodType);
}

function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  return path.reduce<z.ZodType[]>(
    (found, step) => found.flatMap((each) => inside(each, step)).flatMap(alternatives),
    alternatives(schema),
  );
}

function alternatives(schema: z.core.$ZodType): z.ZodType[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodPipe) return alternatives(inner.in);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(alternatives) : [inner];
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
