import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { DAY } from '../watch/period';
import { asciiJson } from './follow';
import type { Facts } from './health';
import type { Host } from './host';
import type { Reason, ReasonCode } from './reason';
import { runningRelease } from './system';

/** Something that warden did or refused, for the gate's records. It holds digests, versions and ids, never a value. */
export interface WardenEvent {
  readonly event: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface Present {
  readonly facts: Facts;
  readonly reasons: readonly Reason[];
  /** Of Amazon Linux. */
  readonly release?: string;
}

/** Reasons that belong to the trail: what was wanted and isn't in force. */
const TOLD: ReadonlySet<ReasonCode> = new Set([
  'manifest-foreign',
  'policy-invalid',
  'policy-refused',
  'front-refused',
  'iron-proxy-rolled-back',
  'warden-rolled-back',
  'system-rolled-back',
  'system-broken',
  'disk-full',
  'audit-backlog',
]);
/**
 * Events of a kind and a day (UTC). A fault that comes and goes must not fill the records, and what the agent can cause must not
 * take the place of another kind.
 */
const DAY_LIMIT = 200;
const FILE_LIMIT = 256 * 1024;

/** What changed between two passes. The first pass of a warden tells all that is in force. Pure. */
export function eventsBetween(before: Present | undefined, after: Present): WardenEvent[] {
  const [old, now] = [before && inForce(before), inForce(after)];
  const known = new Set(before?.reasons.map(({ code }) => code));
  return [
    ...(old ? changes(old, now) : [{ event: 'warden-starts', detail: now }]),
    ...after.reasons
      .filter(({ code }) => TOLD.has(code) && !known.has(code))
      .map(({ code, detail }) => ({ event: 'refused', detail: { code, detail } })),
  ];
}

/** Each thing in force by its name: `secret ID` is the version of a secret. */
function inForce({ facts, release }: Present): Record<string, string | number> {
  const { warden, ironProxy, policy, secrets } = facts;
  const all: Record<string, string | number | undefined> = {
    warden,
    'iron-proxy': ironProxy && basename(ironProxy),
    policy,
    'amazon-linux': release,
    ...Object.fromEntries(Object.entries(secrets).map(([id, version]) => [`secret ${id}`, version])),
  };
  return Object.fromEntries(
    Object.entries(all).filter((each): each is [string, string | number] => !!each[1]),
  );
}

function changes(old: Record<string, string | number>, now: Record<string, string | number>): WardenEvent[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((name) => old[name] !== now[name])
    .map((name) => ({
      event: 'changed',
      detail: { what: name, from: old[name] ?? '', to: now[name] ?? '' },
    }));
}

/** Writes events into a file that the gate follows. What can't be written is tried again at the next pass. */
export class Events {
  private before: Present | undefined;
  private waiting: string[] = [];
  private day = 0;
  private counts = new Map<string, number>();

  constructor(private readonly host: Host) {}

  /** @param more Events besides what changed between two passes. */
  async look(
    { facts, health }: { facts: Facts; health: { reasons: readonly Reason[] } },
    more: readonly WardenEvent[] = [],
  ): Promise<void> {
    const { host } = this;
    const after = { facts, reasons: health.reasons, release: await runningRelease(host) };
    for (const event of [...more, ...eventsBetween(this.before, after)]) this.tell(event);
    this.before = after;
    const { events } = host.paths;
    if (((await host.size(events))?.length ?? 0) > FILE_LIMIT) await host.place(events, `${events}.1`);
    for (let line = this.waiting[0]; line !== undefined; line = this.waiting[0]) {
      await host.append(events, line, { mode: 0o640, group: 'airlock-gate' });
      this.waiting.shift();
    }
  }

  /** Puts an event into the file at the next look. */
  tell(event: WardenEvent): void {
    const now = this.host.now();
    const day = Math.floor(now / DAY);
    if (day !== this.day) [this.day, this.counts] = [day, new Map()];
    const count = (this.counts.get(event.event) ?? 0) + 1;
    this.counts.set(event.event, count);
    if (count > DAY_LIMIT) return;
    const reason = `more than ${DAY_LIMIT} events ${event.event} of a day`;
    const told = count === DAY_LIMIT ? { event: 'omitted', detail: { reason } } : event;
    const head = { id: randomBytes(8).toString('hex'), time: new Date(now).toISOString() };
    this.waiting.push(asciiJson({ ...head, ...told }));
  }
}
