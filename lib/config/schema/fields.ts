import { z } from 'zod';
import type { Check, Finding } from '../finding';

/** Editors show the description; `airlock check` prints it when the field is missing. */
interface Meta {
  readonly description: string;
  readonly [keyword: string]: unknown;
}

/** Text that must pass a check. */
export function text(check: Check, meta: Meta | string) {
  const pattern = check.pattern?.source.replaceAll('\\/', '/');
  return checked(z.string(), check, { ...asMeta(meta), ...(pattern && { pattern }) });
}

/** A whole number within bounds; the message names both. */
export function wholeNumber(minimum: number, maximum: number, unit: string, description: string) {
  const check: Check<number> = (value) =>
    Number.isInteger(value) && value >= minimum && value <= maximum
      ? undefined
      : {
          message: `must be a whole number from ${minimum} to ${maximum}`,
          fix: `write a whole number (${unit}) in that range`,
        };
  return checked(z.number(), check, { description, type: 'integer', minimum, maximum });
}

/** US dollars; AWS Budgets allows two decimals. */
export function dollars(description: string) {
  const check: Check<number> = (value) =>
    value > 0 && value <= 1_000_000 && Math.abs(value * 100 - Math.round(value * 100)) < 1e-6
      ? undefined
      : {
          message: 'must be an amount from 0.01 to 1000000, with at most two decimals',
          fix: 'write US dollars a month, such as 50',
        };
  return checked(z.number(), check, { description, exclusiveMinimum: 0, maximum: 1_000_000 });
}

/** A list of bounded length, without repeated items. */
export function list<T extends z.ZodType>(item: T, shortest: number, longest: number, meta: Meta | string) {
  const check: Check<readonly unknown[]> = (values) => {
    if (values.length < shortest) {
      return {
        message: 'is an empty list',
        fix: 'name at least one, or leave the setting out where that is allowed',
      };
    }
    if (values.length > longest) {
      return { message: `has ${values.length} items, more than ${longest}`, fix: `keep at most ${longest}` };
    }
    const twice = values.find((value, index) => typeof value !== 'object' && values.indexOf(value) !== index);
    return twice === undefined
      ? undefined
      : { message: `names ${JSON.stringify(twice)} twice`, fix: 'remove one of the two' };
  };
  const bounds = { ...(shortest > 0 ? { minItems: shortest } : {}), maxItems: longest };
  return checked(z.array(item), check, { ...asMeta(meta), ...bounds });
}

/** A table of named things, of bounded size. */
export function atMost<T extends z.ZodRecord>(record: T, longest: number, description: string): T {
  const check: Check<z.output<T>> = (value) =>
    Object.keys(value).length > longest
      ? { message: `has more than ${longest} entries`, fix: `keep at most ${longest}` }
      : undefined;
  return checked(record, check, { description });
}

/** A schema with a check of ours. */
export function checked<T extends z.ZodType>(schema: T, check: Check<z.output<T>>, meta: Meta | string): T {
  return schema
    .superRefine((value, context) => {
      const finding = check(value);
      if (finding) refuse(context, finding);
    })
    .meta(asMeta(meta)) as T;
}

/** Adds a finding as an issue, with the fix in the issue's parameters. */
export function refuse(
  context: Pick<z.RefinementCtx, 'addIssue'>,
  { message, fix }: Finding,
  path: string[] = [],
): void {
  context.addIssue({ code: 'custom', message, path, params: { fix } });
}

function asMeta(meta: Meta | string): Meta {
  return typeof meta === 'string' ? { description: meta } : meta;
}

export const checkReason: Check = (reason) =>
  reason.trim().length < 10 || reason.length > 500
    ? { message: 'must be a reason of 10 to 500 characters', fix: 'say why the rule has to be this wide' }
    : undefined;
