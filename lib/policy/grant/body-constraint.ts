import * as z from 'zod/mini';
import type { BodyRule } from '../../config/values/body-rule';

const NAME = /^[A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+)*$/;
const LARGEST_BODY = 1024 * 1024;

/** A field of a JSON body, by its names between dots, and the only value that it may have. */
const constraint = z.strictObject({
  field: z.string().check(z.regex(NAME), z.maxLength(128)),
  equals: z.union([z.string().check(z.maxLength(256)), z.number(), z.boolean(), z.null()]),
});
export const constraints = z.array(constraint).check(
  z.minLength(1),
  z.maxLength(8),
  z.refine((all) => fieldTwice(all) === undefined),
);

export type BodyConstraint = z.infer<typeof constraint>;

/** Of `title=v1`; the value is JSON, or else a text. Undefined when it is no constraint. */
export function parseConstraint(text: string): BodyConstraint | undefined {
  const [, field = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const read = constraint.safeParse({ field, equals: parsed(value) });
  return read.success ? read.data : undefined;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}

/** A field that two constraints are about: `a` and `a.b` too, because `a` can't be a value and have fields. */
export function fieldTwice(all: readonly BodyConstraint[]): string | undefined {
  return all.find(({ field }, index) =>
    all.some((other, at) => at !== index && `${other.field}.`.startsWith(`${field}.`)),
  )?.field;
}

/** The fields must be there with these values; others may be there too, because the rule itself judges them, if anything does. */
export function constraintRule(all: readonly BodyConstraint[]): BodyRule {
  const json = Object.fromEntries(all.map(({ field, equals }) => [field, { equals }]));
  return { limit: LARGEST_BODY, json, query: [], unknown: 'note' };
}

export function constraintText({ field, equals }: BodyConstraint): string {
  return `${field}=${JSON.stringify(equals)}`;
}
