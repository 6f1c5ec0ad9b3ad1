import type { BodyRule } from '../../config/values/body-rule';
import { nameOf } from './describe';
import { judgeFields } from './fields';
import { judgeGraphql } from './graphql';
import { type Json, type JsonRead, readJson } from './json';

/** What a request's head says about its body; a header that is there several times has several values. */
export interface BodyHead {
  readonly method: string;
  readonly contentType: readonly string[];
  readonly contentEncoding: readonly string[];
  /** Absent for a chunked body: Go takes the header away. */
  readonly contentLength: readonly string[];
  /** Without its question mark, as it was sent. @default none */
  readonly query?: string;
}

export type BodyDecision =
  | { readonly ok: true; readonly notes: readonly string[]; readonly value?: Json }
  | { readonly ok: false; readonly status: 400 | 403 | 411 | 413 | 415; readonly reason: string };

export const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH'];
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** What can be judged before the body arrives, so that a refused body is never buffered. */
export function judgeHead(rule: BodyRule, head: BodyHead): BodyDecision {
  const [length, ...more] = head.contentLength;
  if (!WITH_BODY.includes(head.method)) {
    // Many servers take a GraphQL operation from the query, too.
    if (rule.graphql) return refuse(403, 'a GraphQL operation passes in a body alone, with POST');
    return length === undefined || length === '0'
      ? { ok: true, notes: [] }
      : refuse(400, `a ${head.method.slice(0, 16)} to this rule must carry no body`);
  }
  if (length === undefined) {
    return refuse(411, 'the body must have a Content-Length: a chunked body is not judged');
  }
  if (more.length > 0 || !/^[0-9]{1,15}$/.test(length))
    return refuse(400, 'Content-Length is not one number');
  if (Number(length) > rule.limit) return refuse(413, `the body is larger than ${rule.limit} bytes`);
  if (head.contentEncoding.some((encoding) => encoding.trim().toLowerCase() !== 'identity')) {
    return refuse(415, 'the body is compressed: send it without Content-Encoding');
  }
  if (head.contentType.length !== 1 || !JSON_TYPE.test(head.contentType[0] ?? '')) {
    return refuse(415, 'Content-Type must be application/json, in UTF-8');
  }
  const [strange] = parametersOf(head).filter((name) => !rule.query?.includes(name));
  if (strange === undefined) return { ok: true, notes: [] };
  const what = `the query's ${nameOf(strange === '' ? '=' : strange)}`;
  return rule.unknown === 'note' && rule.query === undefined
    ? { ok: true, notes: [`${what} is not a parameter that the rule knows`] }
    : refuse(
        403,
        `${what} is not a parameter that the rule allows: many servers take fields from the query, too`,
      );
}

/** Some servers take a `;` for a `&`. */
function parametersOf({ query = '' }: BodyHead): string[] {
  return query
    .split(/[&;]/)
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=', 1)[0] as string);
}

/** A body that somebody has read as JSON already, in slices. */
export interface ReadBody {
  readonly length: number;
  readonly json: JsonRead;
}

/** Judges a request's body by a rule. Pure and total. `body` is all that arrived. */
export function judgeBody(rule: BodyRule, head: BodyHead, body: Uint8Array | ReadBody): BodyDecision {
  const early = judgeHead(rule, head);
  if (!early.ok) return early;
  if (!WITH_BODY.includes(head.method)) {
    return body.length === 0
      ? early
      : refuse(400, `a ${head.method.slice(0, 16)} to this rule must carry no body`);
  }
  if (body.length > rule.limit) return refuse(413, `the body is larger than ${rule.limit} bytes`);
  const declared = Number(head.contentLength[0]);
  if (body.length !== declared) {
    return refuse(400, `${body.length} bytes of the body arrived, and Content-Length says ${declared}`);
  }
  const read = 'json' in body ? body.json : readJson(body);
  if (!read.ok) return refuse(400, `the body ${read.problem}`);
  const judged = rule.graphql ? judgeGraphql(rule.graphql, read.value) : judgeFields(rule, read.value);
  return judged.ok
    ? { ok: true, notes: [...early.notes, ...judged.notes], value: read.value }
    : refuse(403, judged.reason);
}

function refuse(status: 400 | 403 | 411 | 413 | 415, reason: string): BodyDecision {
  return { ok: false, status, reason };
}
