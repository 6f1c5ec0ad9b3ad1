import * as z from 'zod/mini';
import { fieldOf, isRecord } from '../../json';
import { Counters } from '../../policy/gate/caps';
import { Charges } from './charges';
import { Connections } from './connections';

const DAY = 86_400_000;
/** Ids of warden's events that are remembered: its file holds fewer. */
const EVENTS = 20_000;

const count = z.number().check(z.minimum(0));
const entries = z.array(z.tuple([z.string(), count]));

/** A history between two starts of the gate. */
export const savedSchema = z.strictObject({
  counters: z.array(z.tuple([z.string(), count, count, count, count, count])),
  open: entries,
  connections: z.array(z.tuple([z.string(), count, z.string(), z.string(), count, count])),
  used: entries,
  charges: z.strictObject({ byDay: entries, since: z.string(), isCut: z.boolean() }),
  events: z.array(z.string()),
  ended: count,
  last: count,
});
export type SavedHistory = z.infer<typeof savedSchema>;

/** What the records say, so that a restarted gate counts on. A damaged line says nothing. */
export class History {
  /** Of the day (UTC) on which the records were read. */
  readonly counters: Counters;
  /** Requests that were allowed and have no end yet, by id: when they began. */
  readonly open: Map<string, number>;
  /** Those whose end isn't recorded. */
  readonly connections: Connections;
  /** Uses of each grant, whatever the day: a clock may have been set back. */
  readonly used: Map<string, number>;
  readonly charges: Charges;
  /** Ids of warden's events that have a record. */
  readonly events: Set<string>;
  /** When the last connection ended whose end is recorded; 0 without one. */
  ended: number;
  /** When the last record was made, but for a chain's first. */
  last: number;
  /** Some record is of a later day, by a clock that was set back: it counts when that day comes. */
  isAhead = false;

  constructor(saved: Partial<SavedHistory> = {}) {
    this.counters = new Counters(saved.counters);
    this.open = new Map(saved.open);
    this.connections = new Connections(saved.connections);
    this.used = new Map(saved.used);
    this.charges = new Charges(saved.charges);
    this.events = new Set(saved.events);
    this.ended = saved.ended ?? 0;
    this.last = saved.last ?? 0;
  }

  save(now: number): SavedHistory {
    const { counters, open, connections, used, charges, events, ended, last } = this;
    return {
      counters: counters.save(now),
      open: [...open],
      connections: connections.save(),
      used: [...used],
      charges: charges.save(),
      events: [...events].slice(-EVENTS),
      ended,
      last,
    };
  }

  /** @param text A line of the file, in order. @param now Milliseconds since the epoch: whose day is counted */
  see(text: string, now: number): void {
    const record = recordIn(text);
    const at = Date.parse(String(record?.time));
    this.charges.saw(record, at);
    if (record === undefined) return;
    countUse(this.used, record);
    if (record.record === 'event' && typeof record.id === 'string') this.events.add(record.id);
    if (record.record !== 'chain') this.last = at || this.last;
    const [day, today] = [Math.floor(at / DAY), Math.floor(now / DAY)];
    if (!(day <= today)) {
      this.isAhead ||= day > today;
      return;
    }
    const { rule } = record;
    const [id, remoteAddr] = [String(record.id), String(record.remote_addr)];
    if (record.record === 'end') this.open.delete(id);
    if (record.record === 'request') {
      this.connections.begin(remoteAddr, { id, began: at }, usageOf(0, record).uploadMiB);
      if (record.decision === 'allow') this.open.set(id, at);
    }
    if (record.record === 'connection') {
      this.connections.close(remoteAddr, Number.POSITIVE_INFINITY);
      this.ended = Math.max(this.ended, Date.parse(String(record.began)) + Number(record.ms) || 0);
    }
    if (day < today) return;
    const usage = usageOf(text.length + 1, record);
    this.counters.add('', usage, at);
    if (typeof rule === 'string') this.counters.add(rule, usage, at);
  }
}

/** A line of the gate's file; undefined when it is none. Warden frees the head of the file, which then reads as zeros. */
export function recordIn(text: string): Record<string, unknown> | undefined {
  try {
    const record: unknown = JSON.parse(text.replace(/^\0+/, ''));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function countUse(used: Map<string, number>, record: unknown): void {
  const grant = fieldOf(record, 'grant');
  const uses = fieldOf(record, 'decision') === 'allow' || fieldOf(record, 'record') === 'charge';
  if (uses && typeof grant === 'string') used.set(grant, (used.get(grant) ?? 0) + 1);
}

function usageOf(bytes: number, { record, decision, risk, bodyBytes, unannounced }: Record<string, unknown>) {
  const passes = record === 'request' && decision === 'allow';
  const upload = record === 'connection' ? unannounced : passes ? bodyBytes : 0;
  return {
    logMiB: bytes,
    requests: passes ? 1 : 0,
    actions: passes && risk === 'medium' ? 1 : 0,
    uploadMiB: typeof upload === 'number' ? upload : 0,
  };
}
