import { createHash } from 'node:crypto';
import { type BodyRule, type Condition, conditionsOf, type Field } from '../config/values/body-rule';

/** A shape of more fields than this is a vendor's: a reviewer reads its digest, and the preset. */
const MOST_FIELDS = 12;

/** What bodies a rule allows, as a reviewer would write it: `body: name, body; draft is true`. */
export function bodyText(rule: BodyRule): string {
  const { graphql, json = {}, shapes, allow = [], limit } = rule;
  if (graphql !== undefined) {
    const kinds = (['query', 'mutation'] as const).flatMap((kind) => {
      const roots = graphql[kind];
      if (roots === undefined) return [];
      return `${kind} ${roots === 'any' ? 'of anything' : roots.join(' or ')}`;
    });
    return `body: GraphQL ${kinds.join(' and ')}`;
  }
  const fields = Object.entries(json);
  const known = JSON.stringify([json, shapes]);
  const digest = createHash('sha256').update(known).digest('hex').slice(0, 8);
  const what =
    shapes === undefined && fields.length <= MOST_FIELDS
      ? fields.map(([path, field]) => fieldText(path, field)).join('; ') || 'an empty object'
      : `known fields (${digest}), ${allow.length > 0 ? `allows ${allow.join(' and ')}` : 'no reach into the internet'}`;
  return `body: ${what}, at most ${Math.floor(limit / 1024)} KiB`;
}

function fieldText(path: string, field: Field): string {
  const texts = conditionsOf(field).map(conditionText);
  return [path, ...(texts.length === 1 && texts[0] === '' ? [] : [texts.join(' or ')])].join(' ');
}

function conditionText({ is, equals, in: list, begins, matches, shape, optional }: Condition): string {
  const may = optional ? ' if there' : '';
  if (equals !== undefined) return `is ${JSON.stringify(equals)}${may}`;
  if (list !== undefined) return `is ${list.map((one) => JSON.stringify(one)).join(' or ')}${may}`;
  if (begins !== undefined) return `begins with ${JSON.stringify(begins)}${may}`;
  if (matches !== undefined) return `matches ${matches}${may}`;
  return shape === undefined ? (is === 'any' ? 'of any kind' : '') : `is a ${shape}${may}`;
}
