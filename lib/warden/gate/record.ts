import { createHash } from 'node:crypto';
import type { Head } from '../../audit/chain';
import type { GateDecision } from '../../policy/gate/decision';
import { announcedLength } from '../../policy/gate/request';
import type { Charge } from '../../policy/gate/spend/charge';
import { PRICES_AS_OF } from '../../policy/gate/spend/price-table';
import { MICRO, type SpendAlert, type SpendState } from '../../policy/gate/spend/sums';
import type { Sighting } from './canaries';
import type { Connection } from './connections';
import type { FrontConnection } from './front-log';
import type { GrantInForce } from './grants-file';
import type { AskedRequest } from './messages';

/** The longest path that a record quotes whole; of a longer one it has the length. */
const QUOTED = 2048;
/** Parts of a query that a record tells apart; CloudWatch finds 200 fields of a line. The rest of a query is one more. */
const QUERIES = 50;

export interface Subject {
  readonly id: string;
  readonly agent: string;
  /** Digest of the gate's policy. */
  readonly policy: string;
}

/**
 * The record of a request, as one line. It holds no value of a header or of a query: of a query's values it has length and
 * digest, so that equal ones can be told.
 */
export function requestRecord(
  { id, agent, policy }: Subject,
  request: AskedRequest,
  decision: GateDecision,
  now: number,
  canaries: readonly Sighting[] = [],
): string {
  const question = request.target.indexOf('?');
  const path = question < 0 ? request.target : request.target.slice(0, question);
  return line({
    record: 'request',
    time: new Date(now).toISOString(),
    id,
    agent,
    policy,
    remote_addr: cut(request.remoteAddr, 64),
    host: cut(request.host, 260),
    method: cut(request.method, 32),
    path: cut(path, QUOTED),
    query: question < 0 ? [] : queryFacts(request.target.slice(question + 1)),
    headers: request.headers.fields,
    headerBytes: request.headers.bytes,
    bodyBytes: announcedLength(request.headers) ?? null,
    decision: decision.allowed ? 'allow' : 'refuse',
    by: decision.by,
    rule: decision.rule ?? null,
    risk: decision.risk ?? null,
    status: decision.allowed ? null : (decision.status ?? 403),
    reason: decision.reason,
    grant: decision.grant,
    ...(canaries.length > 0 && { canaries }),
  });
}

/** What the gate saw of the end of a request that it allowed. */
export type Ending =
  | { readonly end: 'answered'; readonly status: number }
  /** Its body was refused: it didn't leave. */
  | {
      readonly end: 'refused';
      readonly by: string;
      readonly rule: string | null;
      readonly status: number;
      readonly reason: string;
    }
  /** Its connection ended or has the next request, and no answer from upstream was seen: a failed dial, or a client that left. */
  | { readonly end: 'unanswered' }
  /** The gate, iron-proxy or the machine ended first: upstream may have executed it. */
  | { readonly end: 'unknown' };

export function endRecord(id: string, agent: string, ending: Ending, began: number, now: number): string {
  return line({
    record: 'end',
    time: new Date(now).toISOString(),
    id,
    agent,
    ...ending,
    ms: Math.max(0, now - began),
  });
}

/**
 * A connection that has ended. Its figures are the front's, of all its requests together; without requests, iron-proxy
 * refused it before it asked the gate (no TLS, no Host, another Host than the server name).
 */
export function connectionRecord(
  agent: string,
  { remoteAddr, began, ...seen }: FrontConnection,
  known: Connection | undefined,
  unannounced: number,
  now: number,
): string {
  return line({
    record: 'connection',
    time: new Date(now).toISOString(),
    agent,
    by: 'front',
    remote_addr: remoteAddr,
    began: new Date(began).toISOString(),
    ...seen,
    requests: known?.requests ?? 0,
    first: known?.first ?? null,
    last: known?.last ?? null,
    unannounced,
  });
}

/** What the body of a request has that no rule knows. */
export function notesRecord(id: string, agent: string, notes: readonly string[], now: number): string {
  return line({ record: 'notes', time: new Date(now).toISOString(), id, agent, notes });
}

/** What a model call may cost at most: it is charged whatever becomes of it. The model is as the request names it. */
export function chargeRecord(
  subject: {
    readonly id: string;
    readonly agent: string;
    readonly rule: string | null;
    /** The grant without which it would be over the limit. */
    readonly grant?: string;
  },
  charge: Charge,
  now: number,
): string {
  return line({
    record: 'charge',
    time: new Date(now).toISOString(),
    ...subject,
    ...charge,
    prices: PRICES_AS_OF,
  });
}

/** That a part of a limit is reached; at 100 percent, that a request was refused for it. */
export function spendRecord(agent: string, { microUsd, ...alert }: SpendAlert, now: number): string {
  const usd = microUsd / MICRO;
  return line({ record: 'spend', time: new Date(now).toISOString(), agent, event: 'reaches', ...alert, usd });
}

/** The month's sum at the end of a day. */
export function spendDayRecord(agent: string, { before, microUsd }: SpendState, now: number): string {
  const monthUsd = microUsd / MICRO;
  return line({ record: 'spend', time: new Date(now).toISOString(), agent, event: 'day', before, monthUsd });
}

/** That a grant opens its rule here or closes it, with who granted it and why. */
export function grantRecord(
  agent: string,
  grant: GrantInForce,
  event: 'opens' | 'closes',
  now: number,
): string {
  const { id, until, ...rest } = grant;
  return line({
    record: 'grant',
    time: new Date(now).toISOString(),
    id,
    agent,
    event,
    ...rest,
    until: new Date(until).toISOString(),
  });
}

/** Stands for refusals that have no record of their own. */
export function omittedRecord(agent: string, omitted: number, reason: string, now: number): string {
  return line({ record: 'omitted', time: new Date(now).toISOString(), agent, omitted, reason });
}

/** The first line of a chain: why it doesn't go on with the one before it. */
export interface ChainStart {
  readonly box: string;
  /** The file's last line was cut; there was none; or it had no link, as before records were linked. */
  readonly why: 'torn' | 'empty' | 'unlinked';
  /** The last whole line before. */
  readonly before?: Head;
  readonly torn?: { readonly bytes: number; readonly digest: string };
}

export function chainRecord(start: ChainStart, now: number): string {
  return line({ record: 'chain', time: new Date(now).toISOString(), ...start });
}

/** What warden did, or what the gate itself saw of the box: `at` is warden's time. */
export function eventRecord(
  agent: string,
  { id, time: at, event, detail }: { id?: string; time?: string; event: string; detail: object },
  now: number,
): string {
  return line({ record: 'event', time: new Date(now).toISOString(), id, agent, event, at, detail });
}

function queryFacts(query: string): object[] {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const facts = pairs.slice(0, QUERIES).map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? factOf(pair, '') : factOf(pair.slice(0, equals), pair.slice(equals + 1));
  });
  const rest = pairs.slice(QUERIES);
  return rest.length === 0 ? facts : [...facts, factOf(`...(${rest.length} more)`, rest.join('&'))];
}

function factOf(name: string, value: string): object {
  return {
    name: cut(name, 64),
    length: value.length,
    sha256: createHash('sha256').update(value).digest('hex').slice(0, 16),
  };
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}...(${text.length})`;
}

/** JSON in ASCII, without a line break. */
function line(fields: object): string {
  return JSON.stringify(fields).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
