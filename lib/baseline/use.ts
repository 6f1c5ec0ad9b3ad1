import { ACTIONS, type Quantity, WHOLE } from '../config/model';
import { HOUR } from '../watch/period';

export type Use = Record<Quantity, number>;

/** A rule, or what stands for several, for people. */
export function namedUse(rule: string): string {
  return rule === WHOLE ? 'all rules' : rule === ACTIONS ? 'all actions' : rule;
}

/** What an agent's records say of its use of each rule in each hour (UTC). */
export class HourlyUse {
  /** By rule, then by the hour's number since the epoch. */
  readonly rules = new Map<string, Map<number, Use>>();
  /** Hours of the oldest and of the newest record. */
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;

  /**
   * Adds a record of the gate.
   *
   * @param at milliseconds since the epoch
   * @returns the rules whose use it added to
   */
  add(record: Readonly<Record<string, unknown>>, at: number): readonly string[] {
    const hour = Math.floor(at / HOUR);
    this.first = Math.min(this.first, hour);
    this.last = Math.max(this.last, hour);
    if (record.record === 'connection') return this.count(WHOLE, hour, 0, record.unannounced);
    if (record.record !== 'request' || record.decision !== 'allow') return [];
    const used: string[] = [WHOLE];
    if (typeof record.rule === 'string') used.push(record.rule);
    if (record.risk === 'medium') used.push(ACTIONS);
    return used.flatMap((rule) => this.count(rule, hour, 1, record.bodyBytes));
  }

  of(rule: string, hour: number): Use {
    return this.rules.get(rule)?.get(hour) ?? { requests: 0, uploadKiB: 0 };
  }

  private count(rule: string, hour: number, requests: number, bytes: unknown): string[] {
    const hours = this.rules.get(rule) ?? new Map<number, Use>();
    this.rules.set(rule, hours);
    const use = hours.get(hour) ?? { requests: 0, uploadKiB: 0 };
    hours.set(hour, use);
    use.requests += requests;
    if (typeof bytes === 'number') use.uploadKiB += bytes / 1024;
    return [rule];
  }
}
