import * as z from 'zod/mini';
import { checkPattern } from './body-pattern';

/** What a field may be. `text` is a string, `value` is anything but an object or a list, `any` is anything. */
export const KINDS = ['any', 'text', 'value'] as const;
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Names between dots; `[]` stands for every item of a list: `tools[].type`. Several paths are separated by commas. */
export const PATH =
  /^[A-Za-z0-9_$-]+(\[\])*(\.[A-Za-z0-9_$-]+(\[\])*)*(, [A-Za-z0-9_$-]+(\[\])*(\.[A-Za-z0-9_$-]+(\[\])*)*)*$/;
/** A parameter of a query, as it is written there. */
export const PARAMETER = /^[A-Za-z0-9_.[\]-]{1,64}$/;
const FEATURE = /^[a-z]+(-[a-z0-9]+)*$/;

const condition = z
  .strictObject({
    is: z.optional(z.enum(KINDS)),
    equals: z.optional(scalar),
    in: z.optional(z.array(scalar).check(z.minLength(1))),
    begins: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
    matches: z.optional(
      z.string().check(
        z.superRefine((pattern, context) => {
          const problem = checkPattern(pattern);
          if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, input: pattern });
        }),
      ),
    ),
    shape: z.optional(z.string()),
    optional: z.optional(z.literal(true)),
    feature: z.optional(z.string().check(z.regex(FEATURE))),
  })
  .check(
    z.refine(
      (one) =>
        [one.is, one.equals, one.in, one.begins, one.matches, one.shape].filter((each) => each !== undefined)
          .length === 1,
      { error: 'must have one of is, equals, in, begins, matches and shape' },
    ),
  );

const field = z.union([z.enum(KINDS), condition, z.array(condition).check(z.minLength(1))]);
export const shape = z.record(
  z.string().check(z.regex(PATH, 'must be names between dots, with [] for the items of a list')),
  field,
);

const roots = z.union([
  z.literal('any'),
  z.array(z.string().check(z.regex(/^[_A-Za-z][_0-9A-Za-z]*$/))).check(z.minLength(1)),
]);

/** One way to judge a body. It is plain data, and the same in a preset, an agent's file and the policy document. */
export const bodyRule = z
  .strictObject({
    /** Bytes. */
    limit: z.int().check(z.positive()),
    /** Fields by path: these and no others. */
    json: z.optional(shape),
    /** Shapes that conditions name; `json` is the body's own. */
    shapes: z.optional(z.record(z.string(), shape)),
    /** Root fields by type of operation; a type that isn't here is refused. */
    graphql: z.optional(z.strictObject({ query: z.optional(roots), mutation: z.optional(roots) })),
    /** Parameters that the query may have: many servers take a field from there, too. @default as `unknown` says */
    query: z.optional(z.array(z.string().check(z.regex(PARAMETER)))),
    /** Features that the agent's file allows. */
    allow: z.optional(z.array(z.string())),
    /** What becomes of fields, values and parameters that nothing above names. @default refuse */
    unknown: z.optional(z.enum(['refuse', 'note'])),
  })
  .check(
    z.refine((rule) => (rule.json === undefined) !== (rule.graphql === undefined), {
      error: 'must have either json or graphql',
    }),
    z.refine(
      (rule) => shapesNamed(rule).every((name) => name === 'json' || Object.hasOwn(rule.shapes ?? {}, name)),
      {
        error: 'names a shape that is not below shapes',
      },
    ),
  );

export type BodyRule = z.infer<typeof bodyRule>;
export type Shape = z.infer<typeof shape>;
export type Field = z.infer<typeof field>;
export type Condition = z.infer<typeof condition>;

export function conditionsOf(given: Field): readonly Condition[] {
  if (typeof given === 'string') return [{ is: given }];
  return Array.isArray(given) ? given : [given];
}

function allConditions({ json = {}, shapes = {} }: Pick<BodyRule, 'json' | 'shapes'>): Condition[] {
  return [json, ...Object.values(shapes)].flatMap((each) => Object.values(each).flatMap(conditionsOf));
}

function shapesNamed(rule: Pick<BodyRule, 'json' | 'shapes'>): string[] {
  return allConditions(rule).flatMap(({ shape: name }) => name ?? []);
}

/** What an agent's file may allow by name. */
export function featuresOf(rule: Pick<BodyRule, 'json' | 'shapes'>): string[] {
  return [...new Set(allConditions(rule).flatMap(({ feature }) => feature ?? []))].sort();
}
