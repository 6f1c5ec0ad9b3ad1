import { fieldOf } from '../../json';
import type { AuditRecord } from '../audit/record';

export interface RefusedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly times: number;
}

/** An agent can ask for any number of paths; more different ones than this are only counted. */
const MOST = 1_000;

/** What the records say, added up line by line. */
export class Seen {
  /** Uses of each rule. */
  readonly used = new Map<string, number>();
  /** Refusals that this keeps no request of. */
  uncounted = 0;
  /** When the oldest record was made; Infinity without one. */
  oldest = Number.POSITIVE_INFINITY;
  private readonly refused = new Map<string, RefusedRequest>();

  /** @param since Refusals before it don't count. */
  constructor(private readonly since: Date) {}

  add(record: AuditRecord): void {
    const at = Date.parse(record.time);
    this.oldest = Math.min(this.oldest, at);
    if (record.record !== 'request') return;
    const text = (name: string) => String(fieldOf(record, name) ?? '');
    if (record.decision === 'allow') this.used.set(text('rule'), (this.used.get(text('rule')) ?? 0) + 1);
    if (record.decision !== 'refuse' || record.by !== 'rules' || at < this.since.getTime()) return;
    const [method, host, path] = [text('method'), text('host'), text('path')];
    const key = JSON.stringify([method, host, path]);
    const known = this.refused.get(key);
    if (known === undefined && this.refused.size >= MOST) this.uncounted += 1;
    else this.refused.set(key, { method, host, path, times: (known?.times ?? 0) + 1 });
  }

  /** Requests that no rule matched, the most frequent first. */
  requests(): RefusedRequest[] {
    return [...this.refused.values()].sort((one, other) => other.times - one.times);
  }
}
