import { z } from 'zod';
import { type Check, matching } from '../finding';
import { checkPattern } from '../values/body-pattern';
import { type BodyRule, bodyRule, KINDS, PARAMETER, PATH, type Shape } from '../values/body-rule';
import { atMost, checked, list, text, wholeNumber } from './fields';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** Bodies up to the limit of iron-proxy's signer and of every vendor here. */
const MOST_KIB = 32 * 1024;
const USUAL_KIB = 256;

const checkPath = matching(
  PATH,
  'is not a path into a body',
  'write names between dots, with [] for the items of a list, such as "tools[].type"',
);
const checkMatches: Check = (pattern) => {
  const message = checkPattern(pattern);
  return message === undefined
    ? undefined
    : { message, fix: 'write a short regular expression for the whole text' };
};
const checkFeature = matching(
  /^[a-z]+(?:-[a-z0-9]+)*$/,
  'is not the name of a feature',
  'write one such as "web-search"',
);
const one = 'write one of is, equals, in, begins, matches and shape';

const kind = z.enum(KINDS);
const condition = checked(
  z.strictObject({
    is: kind.meta({ description: 'text, value (no object, no list) or any.' }).optional(),
    equals: scalar.meta({ description: 'Exactly this.' }).optional(),
    in: z.array(scalar).min(1).max(200).meta({ description: 'One of these.' }).optional(),
    begins: z.string().min(1).max(64).meta({ description: 'A text that begins so.' }).optional(),
    matches: text(
      checkMatches,
      'A text of at most 256 characters that this regular expression matches as a whole.',
    ).optional(),
    shape: z.string().meta({ description: 'An object of this shape, below shapes.' }).optional(),
    optional: z
      .literal(true)
      .meta({ description: 'The field may be absent or null: then the upstream chooses the value.' })
      .optional(),
    feature: text(checkFeature, 'Refused unless the agent allows the feature of this name.').optional(),
  }),
  (given) => {
    const count = Object.keys(given).filter((key) => key !== 'optional' && key !== 'feature').length;
    return count === 1 ? undefined : { message: 'must say one thing about the field', fix: one };
  },
  'What a field may be.',
);

const fields = atMost(
  z.record(text(checkPath, 'Path of a field.'), z.union([kind, condition, z.array(condition).min(1)])),
  300,
  'Fields of the JSON body by path, and what each may be. Every other field is refused.',
);

const roots = z.union([
  z.literal('any'),
  list(
    text(
      matching(
        /^[_A-Za-z][_0-9A-Za-z]*$/,
        'is not a field of GraphQL',
        'write one such as createPullRequest',
      ),
      'Root field.',
    ),
    1,
    200,
    'Root fields.',
  ),
]);

/** `body` of a rule. Parses to the policy's form. */
export const body = z
  .strictObject({
    json: fields.optional(),
    shapes: z.record(z.string(), fields).meta({ description: 'Shapes that fields name.' }).optional(),
    graphql: z
      .strictObject({
        query: roots.meta({ description: 'Root fields of queries, or any.' }).optional(),
        mutation: roots.meta({ description: 'Root fields of mutations, or any.' }).optional(),
      })
      .meta({ description: 'GraphQL requests with these operations and root fields, and no others.' })
      .optional(),
    query: list(
      text(
        matching(PARAMETER, 'is not the name of a parameter', 'write one such as "beta"'),
        'Name of a parameter.',
      ),
      0,
      50,
      'Parameters that the query may have. Every other one is refused: many servers take a field from there, too.',
    ).optional(),
    limitKiB: wholeNumber(1, MOST_KIB, 'KiB', 'The largest body, in KiB.').default(USUAL_KIB),
  })
  .transform(({ limitKiB, json, shapes, graphql, query }, context): BodyRule => {
    const rule = {
      limit: limitKiB * 1024,
      ...(json && { json: json as Shape }),
      ...(shapes && { shapes: shapes as Record<string, Shape> }),
      ...(graphql && { graphql }),
      ...(query && { query }),
    };
    const read = bodyRule.safeParse(rule);
    if (!read.success) {
      context.addIssue({
        code: 'custom',
        message: String(read.error.issues[0]?.message),
        params: { fix: 'write json, with its shapes, or graphql' },
      });
    }
    return rule;
  })
  .meta({
    description:
      'What the body of a request may say: json or graphql. Without it, the proxy box compares no bodies.',
  });
