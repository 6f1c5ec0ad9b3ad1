import { LIMITS, type SignalId } from '../config/values/signals';
import { CATALOGUE } from './catalogue';
import { HOUR } from './period';
import type { Detector, Fields, LimitOf, Raised, UsualOf } from './signal';

/** A signal as it is told: at once, and once more when its hour is over if it was raised again. */
export interface Told {
  readonly signal: SignalId;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly key?: string;
  /** How often it was raised: 1 when it is told at once, else how often it was raised after that. */
  readonly count: number;
  /** It is the end of an hour. */
  readonly again?: true;
  readonly saw: string;
}

interface Open {
  readonly signal: SignalId;
  readonly key?: string;
  readonly hour: number;
  again: number;
  saw: string;
  /** The first different ones after the one that was told, where each may be of something else. */
  readonly others: Set<string>;
  at: number;
}

/** Of what was seen in an hour, how many are named beside the last. */
const NAMED = 4;

/** Signals and keys that one hour tells apart. Above that a key counts with those of its signal. */
const KEYS = 200;

/** Feeds records to the signals' detectors, and tells each signal and key at most twice an hour. */
export class Watch {
  private readonly detectors: readonly (readonly [SignalId, Detector])[];
  private readonly open = new Map<string, Open>();

  constructor(limit: LimitOf = (id) => LIMITS[id], only?: SignalId, usual: UsualOf = () => undefined) {
    this.detectors = Object.values(CATALOGUE).flatMap(({ id, detector }) =>
      detector && (only === undefined || only === id) ? [[id, detector(limit, usual)] as const] : [],
    );
  }

  see(record: Fields): Told[] {
    const at = Date.parse(String(record.time));
    if (Number.isNaN(at)) return [];
    const told = this.over(at);
    for (const [signal, detector] of this.detectors) {
      const raised = detector.see(record, at);
      if (raised && this.isFirst(signal, raised, at))
        told.push({
          signal,
          at,
          count: 1,
          saw: raised.saw,
          ...(raised.key !== undefined && { key: raised.key }),
        });
    }
    return told;
  }

  /** Takes note of a signal that was told before a restart. */
  known({ signal, key, time, at: raised = time }: Fields): void {
    const at = Date.parse(String(raised));
    if (!Number.isNaN(at) && typeof signal === 'string' && Object.hasOwn(CATALOGUE, signal))
      this.isFirst(signal as SignalId, { saw: '', ...(typeof key === 'string' && { key }) }, at, false);
  }

  /** What was raised again in hours that are over. A clock that jumps, forward or back, ends an hour. */
  over(now: number): Told[] {
    const hour = Math.floor(now / HOUR);
    const told: Told[] = [];
    for (const [name, { signal, key, again, saw: last, others, at, hour: began }] of this.open) {
      if (began === hour) continue;
      this.open.delete(name);
      const saw = [...others.add(last)].join('; ');
      if (again > 0)
        told.push({ signal, at, count: again, again: true, saw, ...(key !== undefined && { key }) });
    }
    return told;
  }

  private isFirst(signal: SignalId, { key, saw, each }: Raised, at: number, counts = true): boolean {
    const hour = Math.floor(at / HOUR);
    const wanted = `${signal} ${key ?? ''}`;
    const name = this.open.has(wanted) || this.open.size < KEYS ? wanted : `${signal} `;
    const known = this.open.get(name);
    if (known === undefined || known.hour !== hour) {
      this.open.set(name, {
        signal,
        key: name === wanted ? key : undefined,
        hour,
        again: 0,
        saw,
        others: new Set(),
        at,
      });
      return true;
    }
    if (counts && each && known.others.size < NAMED) known.others.add(saw);
    if (counts) Object.assign(known, { again: known.again + 1, saw, at });
    return false;
  }
}
