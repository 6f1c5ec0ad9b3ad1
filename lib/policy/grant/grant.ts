import * as z from 'zod/mini';
import { PARAMETER_LIMIT } from '../../../constructs/names';
import { jsonIn } from '../../json';
import { type BodyConstraint, constraints } from './body-constraint';
import { type HighRiskRule, ruleText } from './high-risk';
import { isWithin } from './within';

/** Seconds that a grant may last: from a minute to 8 hours. */
export const [SHORTEST, LONGEST] = [60, 8 * 3600];
export const MOST_USES = 1000;
export const LONGEST_REASON = 300;

const because = z.string().check(z.minLength(1), z.maxLength(LONGEST_REASON));
const written = z.union([
  z.strictObject({
    format: z.literal(1),
    /** `ruleText` of the rule that the approver saw. */
    rule: z.string(),
    seconds: z.int().check(z.minimum(SHORTEST), z.maximum(LONGEST)),
    because,
    paths: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(8))),
    count: z.optional(z.int().check(z.minimum(1), z.maximum(MOST_USES))),
    body: z.optional(constraints),
  }),
  z.strictObject({ format: z.literal(1), revoked: z.literal(true) }),
]);

/** What the parameter of a grant says. When it begins is the parameter's own date, which AWS sets. */
export type WrittenGrant = z.infer<typeof written>;
export const REVOKED: WrittenGrant = { format: 1, revoked: true };

export interface Grant {
  /** `<rule>@<when>`, of the parameter's date: unique, and the same for everybody who reads it. */
  readonly id: string;
  readonly rule: string;
  readonly because: string;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly until: number;
  /** Path patterns within those of the rule. @default the rule's own */
  readonly paths?: readonly string[];
  /** Requests that it lets pass. @default any number */
  readonly count?: number;
  /** What a body must have besides what the rule says. @default nothing */
  readonly body?: readonly BodyConstraint[];
}

/** `none`: there is no grant, and why. */
export type GrantRead =
  | { readonly kind: 'grant'; readonly grant: Grant }
  | { readonly kind: 'none'; readonly why: string };

/** JSON in ASCII without double braces, which Parameter Store refuses; undefined when a parameter can't hold it. */
export function grantText(grant: WrittenGrant): string | undefined {
  const text = JSON.stringify(grant).replace(
    /[^\x20-\x7e]|(?<=\{)\{|(?<=\})\}/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.byteLength(text) > PARAMETER_LIMIT ? undefined : text;
}

/**
 * Reads the parameter of a rule's grant. What isn't exactly a grant of this very rule is none: an approver grants the rule
 * that he saw, so a deployment that changes the rule ends its grant.
 *
 * @param modified the parameter's date, milliseconds since the epoch by AWS's clock
 */
export function readGrant(text: string, modified: number, rule: HighRiskRule): GrantRead {
  const read = written.safeParse(jsonIn(text));
  if (!read.success) return { kind: 'none', why: 'its parameter holds no grant' };
  if ('revoked' in read.data) return { kind: 'none', why: 'revoked' };
  const { rule: granted, seconds, because, paths, count, body } = read.data;
  if (granted !== ruleText(rule))
    return { kind: 'none', why: 'the deployed rule is not the one that was granted' };
  if (paths?.some((path) => !isWithin(path, rule.paths ?? [])))
    return { kind: 'none', why: 'a path of it lies outside the rule' };
  const id = `${rule.id}@${new Date(modified).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  return {
    kind: 'grant',
    grant: { id, rule: rule.id, because, until: modified + seconds * 1000, paths, count, body },
  };
}
