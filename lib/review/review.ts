import { Drift, unusualHour } from '../baseline/deviation';
import { HourlyUse, namedUse } from '../baseline/use';
import type { Baseline } from '../config/model';
import { LIMITS, type Limits } from '../config/values/signals';
import { type AuditRecord, factsOf } from '../operations/audit/record';
import { MICRO } from '../policy/gate/spend/sums';
import { DAY, HOUR } from '../watch/period';
import { isUnheard } from '../watch/words';
import {
  type AgentReview,
  type Counted,
  type DayOfUse,
  type GrantUsed,
  type NewHost,
  newHostsOf,
  type RuleUse,
  type Standing,
} from './agent-review';

/** Different ones of a kind that are told apart; more are only counted. */
const MOST = 500;
/** New hosts that are told apart; allowed ones always are. */
const HOSTS = 100 * MOST;
/** Rows of each list. */
const SHOWN = 10;

/** Adds up records, one after another, in bounded memory. */
export class Review {
  private readonly days = new Map<string, DayOfUse>();
  private readonly rules = new Map<string, RuleUse>();
  private readonly refusals = new Map<string, Counted>();
  private readonly signals = new Map<string, Counted>();
  private readonly events = new Map<string, Counted>();
  private readonly grants = new Map<string, GrantUsed>();
  private readonly use = new HourlyUse();
  private readonly known = new Set<string>();
  private readonly fresh = new Map<string, NewHost>();
  private counts = { requests: 0, refused: 0, omitted: 0, refusalsLeftOut: 0, microUsd: 0 };
  unreadable = 0;
  isAll = true;

  /**
   * @param since what is older counts only as known
   * @param limits the agent's own, where they aren't the kit's
   */
  constructor(
    private readonly agent: string,
    private readonly since: Date,
    private readonly now: Date,
    private readonly baseline?: Baseline,
    private readonly limits: Limits = {},
  ) {
    for (let at = since.getTime(); at <= now.getTime(); at += DAY) this.day(new Date(at).toISOString());
    this.day(now.toISOString());
  }

  add(record: AuditRecord): void {
    const at = Date.parse(record.time);
    const isNow = at >= this.since.getTime();
    if (this.baseline) this.use.add(record, at);
    if (record.record === 'request') this.request(record, isNow);
    else if (!isNow) return;
    else if (record.record === 'connection') this.connection(record);
    else if (record.record === 'charge') this.counts.microUsd += numberIn(record, 'microUsd');
    else if (record.record === 'omitted') this.counts.omitted += numberIn(record, 'omitted');
    else if (record.record === 'end' && record.end === 'refused') this.refusedBody(record);
    else if (record.record === 'signal')
      countAny(
        this.signals,
        text(record, 'signal'),
        text(record, 'saw'),
        record.time,
        Math.max(1, numberIn(record, 'count')),
      );
    else if (record.record === 'event')
      countAny(this.events, text(record, 'event'), factsOf(record), record.time);
    else if (record.record === 'grant' && record.event === 'opens' && this.grants.size < MOST) {
      const { time: from } = record;
      const [rule, by, because, until] = ['rule', 'by', 'because', 'until'].map((name) =>
        text(record, name),
      ) as [string, string, string, string];
      this.grants.set(text(record, 'id'), { rule, by, because, from, until });
    }
  }

  /** @param inForce ids of the agent's rules that aren't high-risk */
  result(inForce: readonly string[], { spend, ...standing }: Standing): AgentReview {
    const { agent, since, now, unreadable, isAll } = this;
    const { requests, refused, omitted, refusalsLeftOut, microUsd } = this.counts;
    const refusals = mostFrequent(this.refusals);
    return {
      agent,
      from: since.toISOString(),
      to: now.toISOString(),
      requests,
      refused,
      omitted,
      days: [...this.days.values()],
      rules: [...this.rules.values()].sort((a, b) => b.requests - a.requests),
      refusals: refusals.slice(0, SHOWN),
      refusalsLeftOut: refusalsLeftOut + refusals.slice(SHOWN).reduce((sum, { times }) => sum + times, 0),
      ...newHostsOf([...this.fresh.values()], SHOWN),
      unused: inForce.filter((rule) => !this.rules.has(rule)),
      ...(this.baseline && { unusual: this.unusual(this.baseline) }),
      grants: [...this.grants.values()],
      signals: mostFrequent(this.signals),
      events: mostFrequent(this.events),
      spend: { ...spend, chargedUsd: microUsd / MICRO },
      ...standing,
      unreadable,
      isAll,
    };
  }

  private unusual({ rules }: Baseline): Counted[] {
    const found = new Map<string, Counted>();
    const limits = { ...LIMITS, ...this.limits };
    const [from, to] = [this.since, this.now].map((time) => Math.floor(time.getTime() / HOUR)) as [
      number,
      number,
    ];
    const tell = (rule: string, why: string, hour: number) =>
      count(found, namedUse(rule), why, new Date(hour * HOUR).toISOString());
    for (const rule of this.use.rules.keys())
      for (let hour = from; hour <= to; hour += 1)
        if (unusualHour(this.use, rules, rule, hour, limits['unusual-hour']))
          tell(rule, 'unusual hours', hour);
    const drift = new Drift(rules);
    for (let day = Math.ceil(Math.max(this.use.first, 2 * from - to) / 24) * 24; day + 24 <= to; day += 24)
      for (const { rule } of drift.day(this.use, day, limits['drifting-use']))
        if (day >= from) tell(rule, 'days that add up to a drift', day);
    return mostFrequent(found);
  }

  private request(record: AuditRecord, isNow: boolean): void {
    const host = text(record, 'host');
    const allowed = record.decision === 'allow';
    if (!isNow) {
      if (this.known.size < HOSTS) this.known.add(host);
      return;
    }
    this.host(host, allowed, record.time);
    this.counts.requests += 1;
    const day = this.day(record.time);
    if (!allowed) {
      this.refuse(
        `${text(record, 'method')} ${host}${text(record, 'path')}`,
        text(record, 'reason'),
        record.time,
      );
      return;
    }
    const uploadKiB = numberIn(record, 'bodyBytes') / 1024;
    day.allowed += 1;
    day.uploadKiB += uploadKiB;
    const id = text(record, 'rule');
    const rule = this.rules.get(id) ?? { rule: id, requests: 0, uploadKiB: 0, last: '' };
    this.rules.set(id, rule);
    rule.requests += 1;
    rule.uploadKiB += uploadKiB;
    rule.last = record.time;
  }

  private host(host: string, allowed: boolean, first: string): void {
    const fresh = this.fresh.get(host);
    if (fresh) fresh.allowed ||= allowed;
    else if (!this.known.has(host) && (allowed || this.fresh.size < HOSTS))
      this.fresh.set(host, { host, allowed, first });
  }

  /** Bytes that no request announced, and a name that no request has. */
  private connection(record: AuditRecord): void {
    this.day(record.time).uploadKiB += numberIn(record, 'unannounced') / 1024;
    if (isUnheard(record)) this.host(text(record, 'name'), false, record.time);
  }

  /** Its request was counted as allowed, by its head. */
  private refusedBody(record: AuditRecord): void {
    const day = this.day(record.time);
    day.allowed = Math.max(0, day.allowed - 1);
    this.refuse(`a body for the rule ${text(record, 'rule')}`, text(record, 'reason'), record.time);
  }

  private refuse(what: string, why: string, time: string): void {
    this.counts.refused += 1;
    this.day(time).refused += 1;
    if (!count(this.refusals, what, why, time)) this.counts.refusalsLeftOut += 1;
  }

  private day(time: string): DayOfUse {
    const day = time.slice(0, 10);
    const known = this.days.get(day) ?? { day, allowed: 0, refused: 0, uploadKiB: 0 };
    // A record's time comes from a clock that may jump: no more days than the period has, and some.
    if (this.days.size < MOST) this.days.set(day, known);
    return known;
  }
}

/** Beyond the most that are told apart those of a kind share a row: none hides behind many of another kind. */
function countAny(into: Map<string, Counted>, what: string, why: string, time: string, times = 1): void {
  if (!count(into, what, why, time, times)) count(into, what, 'and others', time, times, 2 * MOST);
}

function count(
  into: Map<string, Counted>,
  what: string,
  why: string,
  time: string,
  times = 1,
  most = MOST,
): boolean {
  const key = JSON.stringify([what, why]);
  const known = into.get(key);
  if (known === undefined && into.size >= most) return false;
  into.set(key, { what, why, times: (known?.times ?? 0) + times, last: time });
  return true;
}

function mostFrequent(counted: ReadonlyMap<string, Counted>): Counted[] {
  return [...counted.values()].sort((a, b) => b.times - a.times);
}

function text(record: AuditRecord, name: string): string {
  const value = record[name];
  return typeof value === 'string' ? value : '';
}

function numberIn(record: AuditRecord, name: string): number {
  const value = record[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
