import { GATE_STREAM } from '../../constructs/names';
import { MICRO } from '../policy/gate/spend/sums';
import { DAY } from '../watch/period';
import { type AgentReview, type Counted, newHostsOf, type Standing } from './agent-review';

/** Rows of each list. */
const SHOWN = 5;

/**
 * Questions to CloudWatch Logs Insights about one agent's audit log. The agent chooses hosts and paths, so only lists of a
 * few rows have them; the sums are by what the policy and people name.
 */
export interface ReviewQueries {
  /** Of the period. */
  readonly sums: string;
  readonly refusals: string;
  /** Of twice the period. */
  readonly hosts: string;
}

const GATE = `filter @logStream = "${GATE_STREAM}"`;
const KINDS = ['request', 'connection', 'end', 'omitted', 'signal', 'grant', 'event', 'charge'];
/** Rows that an answer has at most. */
const MOST = 10_000;

export function reviewQueries(since: number): ReviewQueries {
  return {
    sums: [
      `${GATE} and record in [${KINDS.map((kind) => `"${kind}"`).join(', ')}]`,
      'stats count(*) as times, sum(bodyBytes) as bytes, sum(unannounced) as more, sum(omitted) as hidden, sum(`count`) as raised, ' +
        'sum(microUsd) as charged, max(@timestamp) as last ' +
        'by record, decision, `end`, rule, signal, event, `by`, because, until',
      'sort times desc',
      `limit ${MOST}`,
    ].join(' | '),
    refusals: [
      `${GATE} and (decision = "refuse" or \`end\` = "refused")`,
      'stats count(*) as times, max(@timestamp) as last by record, method, host, path, rule, reason',
      'sort times desc',
      `limit ${SHOWN}`,
    ].join(' | '),
    hosts: [
      `${GATE} and record = "request"`,
      'stats min(@timestamp) as first, sortsFirst(decision) as verdict by host',
      `filter first >= ${since}`,
      'sort verdict asc, first desc',
      `limit ${MOST}`,
    ].join(' | '),
  };
}

/** A row of an answer; a field that its records lack is absent. */
export type Row = Readonly<Record<string, string | undefined>>;

export interface Answers {
  readonly sums: readonly Row[];
  readonly refusals: readonly Row[];
  readonly hosts: readonly Row[];
}

/** @param inForce ids of the rules that aren't high-risk */
export function reviewFrom(
  { sums, refusals, hosts }: Answers,
  of: { readonly agent: string; readonly since: number; readonly now: number },
  inForce: readonly string[],
  { spend, ...standing }: Standing,
): AgentReview {
  const rows = (record: string, more: (row: Row) => boolean = () => true) =>
    sums.filter((row) => row.record === record && more(row));
  const total = (of: readonly Row[], field: string) => of.reduce((sum, row) => sum + numberOf(row[field]), 0);
  const refusedBodies = total(
    rows('end', (row) => row.end === 'refused'),
    'times',
  );
  const allowed = rows('request', (row) => row.decision === 'allow');
  const used = new Map<string, Row[]>();
  for (const row of allowed) used.set(row.rule ?? '', [...(used.get(row.rule ?? '') ?? []), row]);
  const refused =
    total(
      rows('request', (row) => row.decision === 'refuse'),
      'times',
    ) + refusedBodies;
  const uploadKiB = (total(allowed, 'bytes') + total(rows('connection'), 'more')) / 1024;
  const listed = refusals.slice(0, SHOWN).map(refusalOf);
  return {
    agent: of.agent,
    from: new Date(of.since).toISOString(),
    to: new Date(of.now).toISOString(),
    requests: total(rows('request'), 'times'),
    refused,
    omitted: total(rows('omitted'), 'hidden'),
    days: [{ day: '', allowed: total(allowed, 'times'), refused, uploadKiB }],
    rules: [...used]
      .map(([rule, all]) => ({
        rule,
        requests: total(all, 'times'),
        uploadKiB: total(all, 'bytes') / 1024,
        last:
          all
            .map((row) => timeOf(row.last))
            .sort()
            .at(-1) ?? '',
      }))
      .sort((a, b) => b.requests - a.requests),
    refusals: listed,
    refusalsLeftOut: Math.max(0, refused - listed.reduce((sum, { times }) => sum + times, 0)),
    ...newHostsOf(
      hosts.map(({ host = '', verdict, first }) => ({
        host,
        allowed: verdict === 'allow',
        first: timeOf(first),
      })),
      SHOWN,
    ),
    unused: inForce.filter((rule) => !used.has(rule)),
    grants: rows('grant', (row) => row.event === 'opens').map(
      ({ rule = '', by = '', because = '', until = '', last }) => ({
        rule,
        by,
        because,
        until,
        from: timeOf(last),
      }),
    ),
    signals: rows('signal').map(
      ({ signal = '', times, raised, last }): Counted => ({
        what: signal,
        why: '',
        times: Math.max(numberOf(times), numberOf(raised)),
        last: timeOf(last),
      }),
    ),
    events: rows('event').map(
      ({ event = '', times, last }): Counted => ({
        what: event,
        why: '',
        times: numberOf(times),
        last: timeOf(last),
      }),
    ),
    spend: { ...spend, chargedUsd: total(rows('charge'), 'charged') / MICRO },
    ...standing,
    unreadable: 0,
    isAll: true,
  };
}

function refusalOf({
  record,
  method = '',
  host = '',
  path = '',
  rule = '',
  reason = '',
  times,
  last,
}: Row): Counted {
  return {
    what: record === 'end' ? `a body for the rule ${rule}` : `${method} ${host}${path}`,
    why: reason,
    times: numberOf(times),
    last: timeOf(last),
  };
}

function numberOf(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** Insights gives a time as milliseconds, or as `2026-01-02 03:04:05.678`. */
function timeOf(text: string | undefined): string {
  const at = new Date(/^\d+$/.test(text ?? '') ? Number(text) : `${String(text).replace(' ', 'T')}Z`);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

/** The mail goes out in the first look after this hour of each Monday, UTC. */
const [MONDAY, HOUR_OF_DAY] = [1, 6];

/** Whether a look that was due at this time makes the week's review. */
export function isReviewTime(due: number, lookMinutes: number): boolean {
  const time = new Date(due);
  return (
    time.getUTCDay() === MONDAY && time.getUTCHours() === HOUR_OF_DAY && time.getUTCMinutes() < lookMinutes
  );
}

export const WEEK = 7 * DAY;
